package house

// soundTree is a small module that keeps every rule. Each bite changes it in one place.
var soundTree = map[string]string{
	"LICENSE":      "Apache-2.0\n",
	"CHANGELOG.md": "# Changelog\n",
	"go.sum":       "",
	".gitignore":   "*.test\n/coverage.out\n.idea/\n",
	".ci/run":      "go run ./internal/demo\ngo test ./...\ngo install golang.org/x/exp/cmd/apidiff@v0.0.0-20260813180055-c1d0aacb2297\n",
	"go.mod": `module github.com/alwaysp1/alwaysp1

go 1.25.0

require github.com/benbjohnson/clock v1.3.5

// Test dependencies.
require (
	github.com/stretchr/testify v1.12.1
	golang.org/x/exp v0.0.0-20260813180055-c1d0aacb2297
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect
`,
	"README.md": "# alwaysp1\n\nSee [the licence](LICENSE).\n\n    go run ./internal/demo\n    go test ./...\n\n" +
		"```go\nfmt.Println(sla.NewSLA(\"a\").ID)\n```\n\nRooms: `freshness`, `freshness/schedule`, `sla`, `priority`.\n",
	"doc.go": "// Package alwaysp1 is the map: freshness, freshness/schedule, sla, priority.\npackage alwaysp1\n",
	"example_test.go": `package alwaysp1_test

import (
	"fmt"

	"github.com/alwaysp1/alwaysp1/sla"
)

func Example() {
	fmt.Println(sla.NewSLA("a").ID)
	// Output: a
}
`,
	"coverage.out":          "ignored, or the layout would be broken\n",
	"internal/demo/main.go": "// Command demo shows.\npackage main\n\nfunc main() {}\n",
	"freshness/schedule/schedule.go": `// Package schedule yields instants.
package schedule

import "time"

// Every returns the instant that lies d after another, as [time.Time.Add] does.
func Every(after time.Time, d time.Duration) time.Time { return after.Add(d) }
`,
	"freshness/schedule/example_test.go": `package schedule_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

func ExampleEvery() {
	fmt.Println(schedule.Every(time.Unix(0, 0).UTC(), time.Hour))
	// Output: 1970-01-01 01:00:00 +0000 UTC
}
`,
	"freshness/freshness.go": `// Package freshness judges; see [github.com/alwaysp1/alwaysp1/freshness/schedule.Every].
package freshness
`,
	"freshness/example_test.go": `package freshness_test

import "fmt"

func Example() {
	fmt.Println("fresh")
	// Output: fresh
}
`,
	"priority/priority.go":     "// Package priority classifies.\npackage priority\n",
	"priority/example_test.go": "package priority_test\n\nfunc Example() {\n\t// Output:\n}\n",
	"sla/example_test.go":      "package sla_test\n\nfunc ExampleNewSLA_bare() {\n\t// Output:\n}\n",
	goldens + "/alwaysp1.txt":  "",
	goldens + "/freshness.txt": "",
	goldens + "/priority.txt":  "",
	goldens + "/sla.txt":       "func NewSLA(id string) SLA\ntype Option interface, not to be implemented elsewhere\ntype SLA struct\ntype SLA struct, ID string\n",
	"sla/sla.go": `// Package sla keeps promises.
//
// # Links
//
// An [SLA] is made by [NewSLA], holds an [SLA.ID], and half-open windows [start, end) are no links,
// nor is objectives[1].
package sla

// An SLA is a promise.
type SLA struct {
	ID string // objectives[0] is no link
}

// An Option is closed: no other package makes one, so that it needs no example.
type Option interface{ apply() }

// NewSLA makes an [SLA].
func NewSLA(id string) SLA { return SLA{ID: id} }
`,
	goldens + "/freshness.schedule.txt": "func Every(after time.Time, d time.Duration) time.Time\n",
}
