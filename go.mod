module github.com/alwaysp1/alwaysp1

go 1.25.0

require github.com/benbjohnson/clock v1.3.5

// Test dependencies.
require (
	github.com/stretchr/testify v1.12.1
	golang.org/x/exp v0.0.0-20260813180055-c1d0aacb2297
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect
