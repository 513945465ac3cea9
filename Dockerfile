# syntax=docker/dockerfile:1

# The browser packages in package-lock.json.
FROM node:22-bookworm-slim AS browser
WORKDIR /src
COPY .npmrc package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev

# The wheel, installed with the dependencies in poetry.lock; the tests run the same two commands.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=browser /src/node_modules node_modules
RUN python -m tools.vendor \
    && python -m tools.poetry wheel \
    && python -m tools.poetry prefix /opt/livekit-dashboard

# Only the installed dashboard, without pip, Poetry, npm or the source tree. It writes no files outside
# /data, so run it with --read-only.
FROM python:3.13-slim-bookworm
COPY --from=build /opt/livekit-dashboard /opt/livekit-dashboard
RUN install -d -o 65534 -g 65534 -m 0700 /data
ENV PATH="/opt/livekit-dashboard/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8000
USER 65534:65534
WORKDIR /
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health\", timeout=4)"]
ENTRYPOINT ["livekit-dashboard"]
CMD ["serve"]
