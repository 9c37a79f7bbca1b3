# The image of the operator, the gate and the scorer. Built as `make bench` builds: the release preset, without tests.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      g++ cmake ninja-build pkg-config mold \
      libcpp-httplib-dev nlohmann-json3-dev prometheus-cpp-dev libspdlog-dev libfmt-dev libexpected-dev \
      libyaml-cpp-dev libcli11-dev libssl-dev libre2-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY CMakeLists.txt CMakePresets.json ./
COPY hack/ hack/
COPY operator/ operator/
COPY src/ src/
ARG JOBS=2
RUN cmake --preset release -DPAWL_TESTS=OFF \
    && cmake --build --preset release -j "$JOBS" --target pawl-operator pawl-gate pawl-scorer \
    && install -s -D build/release/operator/pawl-operator /out/pawl-operator \
    && install -s -D build/release/operator/pawl-gate /out/pawl-gate \
    && install -s -D build/release/operator/pawl-scorer /out/pawl-scorer

# The shared libraries that the program links, and the certificates of public authorities.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates libcpp-httplib0.11 libprometheus-cpp-core1.0 libprometheus-cpp-pull1.0 \
      libspdlog1.10 libfmt9 libyaml-cpp0.7 libssl3 libre2-9 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/ /usr/local/bin/
USER 65532:65532
EXPOSE 9465
ENTRYPOINT ["/usr/local/bin/pawl-operator"]
