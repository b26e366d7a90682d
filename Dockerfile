# Paperwire in a container: docs/operations.md. Runs as nobody in particular, on a read-only root, with one volume.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/paperwire
RUN /opt/paperwire/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY paperwire paperwire
COPY bot bot
COPY adapters adapters
COPY storage storage
RUN /opt/paperwire/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
COPY --from=build /opt/paperwire /opt/paperwire
RUN mkdir /data && chown 10001:10001 /data && chmod 0700 /data
ENV PATH=/opt/paperwire/bin:/usr/local/bin:/usr/bin:/bin
ENV PYTHONDONTWRITEBYTECODE=1
ENV PYTHONUNBUFFERED=1
# Each thread would take memory from a pool of its own, and leave gaps in it: docs/operations.md.
ENV MALLOC_ARENA_MAX=2
ENV HOME=/tmp
ENV MPLCONFIGDIR=/tmp
ENV PAPERWIRE_STORAGE__URL=sqlite:////data/paperwire.db
ENV PAPERWIRE_SERVER__HOST=0.0.0.0
ENV PAPERWIRE_LOG__FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import urllib.request as ask; ask.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["paperwire"]
CMD ["run"]
