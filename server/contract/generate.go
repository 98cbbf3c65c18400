package contract

//go:generate go tool -modfile=tools/go.mod oapi-codegen -config codegen.yaml openapi.yaml
