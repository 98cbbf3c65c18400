package contract

//go:generate go tool -modfile=tools/go.mod oapi-codegen -config codegen.yaml base.yaml
//go:generate go run ./write openapi.yaml
