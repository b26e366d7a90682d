"""The steps of Dockerfile, compose.yaml and compose.workers.yaml, followed as far as that goes without a container engine.

What is copied makes the wheel; what is run starts as nobody in particular on a read-only root with one folder to write
in, is healthy by its own check, and stops on the signal. The base image and its package installer are not tried here.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
import yaml

from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.telegram.stage import ANN, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.ops import dockerfile
from tests.ops.dockerfile import ROOT
from tests.packaging.test_wheel import run
from tests.support.postgres import Server, programs, skip_where_missing

TODAY = datetime.now(UTC).date()
BUILD, FINAL = dockerfile.stages()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["paperwire"]
SERVICES = yaml.safe_load((ROOT / "compose.workers.yaml").read_text("utf-8"))["services"]
WORKERS = {name: service for name, service in SERVICES.items() if name.startswith("worker")}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The project as the build stage installs it: out of the files that it copies, and no others."""
    source = tmp_path_factory.mktemp("src")
    for froms, to in BUILD.copied():
        for one in froms:
            assert one in dockerfile.sent(), one
            target = source / to / Path(one).name if to.endswith("/") else source / to
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / one).is_dir() else shutil.copy)(ROOT / one, target)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", source / "dist", cwd=source)
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(next((source / "dist").iterdir())) as wheel:
        wheel.extractall(site)
    return site


LIBRARIES = [place for place in sys.path if place.endswith("site-packages")]


def everybodys_python():
    """A Python of our version that any user may run, or none."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for found in (f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        if Path(found).exists():
            return found
    return ""


def may_make_a_root():
    return os.geteuid() == 0 and not subprocess.run(
        ["unshare", "--mount", "true"], check=False, capture_output=True
    ).returncode  # fmt: skip


A_ROOT = """
set -e
mount -t tmpfs none "$R"
for one in bin lib lib64 usr etc; do
  if [ -L /$one ]; then cp -d /$one "$R"/$one; elif [ -d /$one ]; then mkdir "$R"/$one; mount --bind /$one "$R"/$one; fi
done
for one in data tmp dev proc site; do mkdir "$R"/$one; done
mount --rbind /dev "$R"/dev; mount --rbind /proc "$R"/proc
mount --bind "$SITE" "$R"/site
mount -t tmpfs -o size=64m none "$R"/tmp
for one in $LIBRARIES; do mkdir -p "$R$one"; mount --bind "$one" "$R$one"; done
mount --bind "$DATA" "$R"/data
mount -o remount,ro "$R"
cd "$R"; exec chroot --userspec="$AS" "$R" env -i "$@"
"""
"""A root that is read-only but for /tmp and /data, in a mount namespace of its own; what it needs is bound there."""


IN_A_ROOT = (
    pytest.mark.skipif(not may_make_a_root(), reason="only root may make a root file system to try it in"),
    pytest.mark.skipif(not everybodys_python(), reason="no Python of this version that any user may run"),
)


async def begun(site, folder, told):
    """What the image's container runs, as its user on its root, with ``folder`` at /data."""
    root = folder.with_name(f"{folder.name}-root")
    folder.mkdir(mode=0o700)
    root.mkdir()
    user = int(FINAL.last("USER").partition(":")[0])
    os.chown(folder, user, user)
    places = {"R": root, "SITE": site, "LIBRARIES": " ".join(LIBRARIES), "DATA": folder}
    around = dict(os.environ) | {name: str(place) for name, place in places.items()} | {"AS": FINAL.last("USER")}
    site.chmod(0o755)
    own = {"PYTHONPATH": ":".join(("/site", *LIBRARIES)), "PAPERWIRE_SERVER__PORT": "0"}
    words = [f"{name}={value}" for name, value in (FINAL.environment | own | told).items()]
    program = [everybodys_python(), "-P", "-m", *FINAL.listed("ENTRYPOINT"), *FINAL.listed("CMD")]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        "unshare", "--mount", "sh", "-c", A_ROOT, "sh", f"--chdir={FINAL.last('WORKDIR')}", *words, *program,
        env=around, stdout=pipe, stderr=pipe,
    )  # fmt: skip


async def stopped(process):
    """How it ends on the image's signal, and what it said."""
    process.send_signal(getattr(signal, FINAL.last("STOPSIGNAL")))
    _, said = await process.communicate()
    return process.returncode, said.decode()


@asynccontextmanager
async def around_it():
    """The stand-ins of Telegram and the feed, and what the container's environment says of them."""
    days = {TODAY - timedelta(days=back): [record(f"24{back:02}.00001", "RL", TODAY)] for back in range(7)}
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        yield (
            server,
            {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "PAPERWIRE_TELEGRAM__API_URL": server.url,
                "PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed.url,
                "PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES": "0.01",
            },
        )


async def answered(server, line):
    """Return once somebody is answered."""
    before = len(server.places[ANN].posted)
    server.say(server.places[ANN], server.people[ANN], line)
    async with asyncio.timeout(30):
        while len(server.places[ANN].posted) == before:  # noqa: ASYNC110 it happens in another process
            await asyncio.sleep(0.1)


@IN_A_ROOT[0]
@IN_A_ROOT[1]
async def test_it_runs_as_nobody_on_a_read_only_root_and_stops_on_the_signal(site, tmp_path):
    data = tmp_path / "data"
    async with around_it() as (server, told):
        process = await begun(site, data, told)
        address = await ready(process)
        await answered(server, "/papers rl today")
        checked = await asyncio.to_thread(healthy, address)
        code, said = await stopped(process)
    assert (checked, code, "Traceback" in said) == (0, 0, False)
    assert (data / "paperwire.db").stat().st_uid == data.stat().st_uid
    assert {file.stat().st_mode & 0o077 for file in data.iterdir()} == {0}


@contextmanager
def the_server():
    """PostgreSQL as the compose file wants it, healthy by its check there; yields the folder of its socket.

    It stands where a container's root shows it too. Its image is not tried, nor its password: everybody here is let in.
    """
    service = SERVICES["postgres"]
    told = service["environment"]
    with tempfile.TemporaryDirectory(prefix="paperwire-pg-", dir="/dev/shm") as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder))
        assert told["POSTGRES_INITDB_ARGS"].split() == ["--encoding=UTF8", "--locale=C"]  # as Server's own
        server.start()
        try:
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE ROLE {told['POSTGRES_USER']} SUPERUSER LOGIN")
                connection.execute(f"CREATE DATABASE {told['POSTGRES_DB']} OWNER {told['POSTGRES_USER']}")
            shell, check = service["healthcheck"]["test"]
            assert shell == "CMD-SHELL"
            there = {"PATH": f"{programs()}:{os.environ['PATH']}", "PGHOST": folder}
            run("sh", "-c", check, cwd=folder, env=there)
            yield folder
        finally:
            server.stop()


def workers(port):
    """How many workers one of them knows of."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return int(float(re.search(r"^paperwire_workers (\S+)$", answer.read().decode(), re.MULTILINE)[1]))


@IN_A_ROOT[0]
@IN_A_ROOT[1]
async def test_two_workers_come_up_on_one_postgresql_and_one_goes_on_alone(site, tmp_path):
    skip_where_missing()
    with the_server() as folder:
        async with around_it() as (server, told):
            begins = []
            for name, service in WORKERS.items():
                own = {key: _with_secrets(value, folder) for key, value in service["environment"].items()}
                begins.append(await begun(site, tmp_path / name, told | own))
            ports = [await ready(process) for process in begins]
            assert [await asyncio.to_thread(healthy, port) for port in ports] == [0, 0]
            async with asyncio.timeout(30):
                while [await asyncio.to_thread(workers, port) for port in ports] != [2, 2]:  # noqa: ASYNC110 the same
                    await asyncio.sleep(0.2)
            await answered(server, "/papers rl today")
            ends = [await stopped(begins[0])]
            await answered(server, "/papers rl yesterday")
            ends.append(await stopped(begins[1]))
    assert [(code, "Traceback" in said) for code, said in ends] == [(0, False)] * 2
    assert [[*(tmp_path / name).glob("*.db")] for name in WORKERS] == [
        [tmp_path / name / "index.db"] for name in WORKERS
    ]


def _with_secrets(value, folder):
    """A value of the compose file as .env completes it, with the socket in ``folder`` in place of the network."""
    value = value.replace("${POSTGRES_PASSWORD:?}", "letters1")
    return re.sub(r"@postgres:5432/(\w+)", rf"@/\1?host={folder}", value)


async def ready(process):
    said = ""
    async with asyncio.timeout(60):
        while not (found := re.search(r"^ready.*http://[^:]+:(\d+)", said, re.MULTILINE)):
            line = (await process.stderr.readline()).decode()
            assert line, said
            said += line
    return found[1]


def healthy(port):
    """What the image's own check comes to."""
    check = [word.replace("8080", port) for word in FINAL.listed("HEALTHCHECK")]
    return subprocess.run([sys.executable, *check[1:]], check=False).returncode


def test_nobody_runs_as_root_and_no_secret_is_baked_in():
    assert int(FINAL.last("USER").partition(":")[0]) > 0
    assert FINAL.all("RUN")[-1] == FINAL.all("RUN")[0] == "mkdir /data && chown 10001:10001 /data && chmod 0700 /data"
    assert not [name for name in FINAL.environment if re.search("TOKEN|SECRET|KEY", name)]
    assert not {".env", "config.toml", ".git"} & dockerfile.sent()
    assert "--require-hashes -r requirements/run.txt" in "\n".join(BUILD.all("RUN"))


@pytest.mark.parametrize("service", [COMPOSE, *WORKERS.values()])
def test_compose_mounts_what_the_image_writes_and_nothing_else(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [one.partition(":")[2] for one in service["volumes"]] == [FINAL.last("VOLUME")]
    assert [one.rpartition(":")[2] for one in service["ports"]] == [FINAL.last("EXPOSE")]
    assert all(one.startswith("127.0.0.1:") for one in service["ports"])
    assert {value for value in FINAL.environment.values() if value == "/tmp"} <= {
        one.partition(":")[0] for one in service["tmpfs"]
    }
    assert int(service["stop_grace_period"].rstrip("s")) > 15
    assert service["env_file"] == ".env"


def test_two_workers_share_one_postgresql_and_no_folder():
    assert sorted(SERVICES) == ["postgres", "worker1", "worker2"]
    assert len({service["environment"]["DATABASE_URL"] for service in WORKERS.values()}) == 1
    assert "@postgres:5432/" in WORKERS["worker1"]["environment"]["DATABASE_URL"]
    folders = {service["volumes"][0] for service in WORKERS.values()}
    ports = {service["ports"][0] for service in WORKERS.values()}
    assert len(folders) == len(ports) == len(WORKERS)
    index = {service["environment"]["PAPERWIRE_STORAGE__INDEX"] for service in WORKERS.values()}
    assert index == {f"{FINAL.last('VOLUME')}/index.db"}
