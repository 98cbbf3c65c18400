# One build of both programs; the targets "server" and "worker" hold one each.
FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/ ./server ./worker

# Time zones for the calendars, certificates for mail, wget (of busybox) for health checks.
FROM alpine:3.22 AS base
RUN apk add --no-cache ca-certificates tzdata
USER 65532:65532

FROM base AS server
COPY --from=build /out/server /server
EXPOSE 8080
ENTRYPOINT ["/server"]
CMD ["serve"]

FROM base AS worker
COPY --from=build /out/worker /worker
EXPOSE 8081
ENTRYPOINT ["/worker"]
