FROM python:3.13-slim
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r constraints.txt -c constraints.txt
COPY server server
COPY tools tools
COPY resources resources
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
 && useradd --create-home synthaix && mkdir /data && chown synthaix /data
USER synthaix
ENV SYNTHAIX_DATA_DIR=/data BACKEND_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
# Off loopback the server refuses to start without SYNTHAIX_AUTH_TOKEN.
CMD ["synthaix", "serve"]
