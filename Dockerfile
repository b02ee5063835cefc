# The service in a container. One folder is written to: /data (database and files of evidence); the rest may be
# read-only, with a small writable /tmp:
#   docker run --read-only --tmpfs /tmp -v sapa:/data -p 8000:8000 -e SAPA_SECRET=... -e SAPA_BASE_URL=https://... -e SAPA_ENVIRONMENT=production sapa
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements/uv.txt requirements/runtime.txt ./
RUN python -m venv /opt/sapa \
 && python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r uv.txt \
 && uv pip install --no-cache --python /opt/sapa/bin/python --require-hashes --compile-bytecode -r runtime.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libfontconfig1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin sapa \
 && install -d -o sapa -g sapa -m 0700 /data
COPY --from=packages /opt/sapa /opt/sapa
WORKDIR /srv/sapa
COPY app app
COPY migrations migrations
COPY rubrics rubrics
COPY templates templates
COPY examples examples
RUN /opt/sapa/bin/python -m compileall -q app migrations
ENV PATH=/opt/sapa/bin:$PATH \
    PYTHONUTF8=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    SAPA_DATA_DIR=/data
USER sapa
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "app.cli"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
