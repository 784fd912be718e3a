# Builds the wheel in one stage; the image that runs holds Python, the wheel and nothing to build with.
# The commands are plain on purpose: tests/test_installation.py runs the same ones in a clean folder.

FROM python:3.11-slim AS build
WORKDIR /source
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements-build.txt .
RUN python -m venv /build && /build/bin/pip install --require-hashes --requirement requirements-build.txt
COPY requirements.txt .
RUN python -m venv /service && /service/bin/pip install --require-hashes --requirement requirements.txt
COPY . .
RUN /build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .
RUN /service/bin/pip install --no-deps --no-index /wheels/*.whl && /service/bin/python -m compileall -q /service/lib

FROM python:3.11-slim
RUN useradd --system --uid 1000 --create-home --home-dir /home/service service \
    && install --directory --owner service --group service /home/service/data
COPY --from=build /service /service
ENV PATH=/service/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
USER service
WORKDIR /home/service
# The SQLite file, where DATABASE_URL names no PostgreSQL.
VOLUME /home/service/data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]
CMD ["sh", "-c", "small-ecology db upgrade && exec small-ecology serve"]
