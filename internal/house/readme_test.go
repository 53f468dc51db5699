package house

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

const maxReadme = 150

// A fence is one fenced block of a Markdown text.
type fence struct {
	language string
	lines    []string
	start    int // line number of its first line
}

func fences(text string) (all []fence) {
	var open *fence
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\n")
		language, mark := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case mark && open == nil:
			open = &fence{language: language, start: number + 1}
		case mark:
			all, open = append(all, *open), nil
		case open != nil:
			open.lines = append(open.lines, line)
		}
	}
	return all
}

var relativeLink = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

var readmeRule = rule{
	name: "readme",
	why:  "the README is the door: short, and with nothing behind it missing",
	check: func(t *tree) (faults []string) {
		text := t.texts["README.md"]
		if n := strings.Count(text, "\n"); n > maxReadme || n == 0 {
			faults = append(faults, fmt.Sprintf("README.md: %d lines, want 1 to %d", n, maxReadme))
		}
		for _, link := range relativeLink.FindAllStringSubmatch(text, -1) {
			if !t.paths[path.Clean(link[1])] {
				faults = append(faults, "README.md: links to "+link[1]+", which is not there")
			}
		}
		return faults
	},
	bites: []bite{
		{"long", map[string]string{"README.md": strings.Repeat("line\n", maxReadme+1)}, "README.md: 151 lines"},
		{"dead link", map[string]string{"README.md": "[a](docs/a.md)\n"}, "links to docs/a.md"},
	},
}

// goCommand is a go command as a reader would paste it.
var goCommand = regexp.MustCompile("go (?:run|test|vet|generate) [^`\n#|&;]*")

// promised are the commands that a reader is given.
var promised = []string{"go run ./internal/demo", "go test ./..."}

var commandsRule = rule{
	name: "commands",
	why:  "every command of the README runs as it stands",
	check: func(t *tree) (faults []string) {
		text := t.texts["README.md"]
		for _, command := range promised {
			if !strings.Contains(text, command) {
				faults = append(faults, "README.md: does not say "+command)
			}
		}
		for _, command := range goCommand.FindAllString(text, -1) {
			for _, word := range strings.Fields(command)[2:] {
				dir, local := strings.CutPrefix(word, "./")
				dir = strings.TrimSuffix(strings.TrimSuffix(dir, "..."), "/")
				if local && dir != "" && !t.paths[dir] {
					faults = append(faults, fmt.Sprintf("README.md: %q: no %s here", strings.TrimSpace(command), word))
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"missing path", map[string]string{"README.md": soundTree["README.md"] + "\n    go test ./freshnes/...\n"}, "no ./freshnes/... here"},
		{"untold", map[string]string{"README.md": strings.Replace(soundTree["README.md"], "./internal/demo", "./internal", 1)}, "does not say go run ./internal/demo"},
	},
}

var ciRule = rule{
	name: "ci",
	why:  "CI runs what a reader is told to run, and compares APIs with the version that go.mod names",
	check: func(t *tree) (faults []string) {
		for _, want := range append([]string{requirements["golang.org/x/exp"].version}, promised...) {
			if !strings.Contains(t.texts[".ci/run"], want) {
				faults = append(faults, ".ci/run: does not say "+want)
			}
		}
		return faults
	},
	bites: []bite{
		{"another command", map[string]string{".ci/run": strings.Replace(soundTree[".ci/run"], "go test ./...", "go test ./sla", 1)}, ".ci/run: does not say go test ./..."},
		{"another version", map[string]string{".ci/run": strings.Replace(soundTree[".ci/run"], "v0", "v1", 1)}, ".ci/run: does not say v0"},
	},
}

// exampleFiles hold what the README quotes. What needs a database driver is in a module of its own, and CI runs that too.
var exampleFiles = []string{"example_test.go", "internal/integration/keep_it_test.go"}

var snippetRule = rule{
	name: "snippet",
	why:  "Go code in the README is part of a checked example, so that it compiles and does what it says",
	check: func(t *tree) (faults []string) {
		var checked string
		for _, file := range exampleFiles {
			checked += strings.Join(statements(strings.Split(t.texts[file], "\n")), "\n") + "\n\n"
		}
		for _, f := range fences(t.texts["README.md"]) {
			if f.language == "go" && !strings.Contains(checked, strings.Join(statements(f.lines), "\n")) {
				faults = append(faults, fmt.Sprintf("README.md:%d: this code is not in %s", f.start, strings.Join(exampleFiles, " or ")))
			}
		}
		return faults
	},
	bites: []bite{
		{"other code", map[string]string{"README.md": soundTree["README.md"] + "\n```go\nfmt.Println(2)\n```\n"}, "README.md:15: this code is not in"},
	},
}

// statements cuts lines to what would stand in an example: no indentation, no blank lines, no frame of a program.
func statements(lines []string) (body []string) {
	importing, framed := false, false
	for _, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case importing:
			importing = line != ")"
		case line == "import (":
			importing = true
		case line == "func main() {":
			framed = true
		case line == "", strings.HasPrefix(line, "package "), strings.HasPrefix(line, "import "):
		default:
			body = append(body, line)
		}
	}
	if framed && slices.Contains(body, "}") {
		body = body[:len(body)-1]
	}
	return body
}

var mapRule = rule{
	name: "map",
	why:  "a package that the map does not show is not found",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			for _, name := range []string{"README.md", "doc.go"} {
				if p.dir != "." && !regexp.MustCompile(`(^|[^\w/])`+p.dir+`($|[^\w/])`).MatchString(t.texts[name]) {
					faults = append(faults, fmt.Sprintf("%s: does not name %s", name, p.dir))
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"README", map[string]string{"README.md": strings.Replace(soundTree["README.md"], "freshness/schedule", "schedules", 1)}, "README.md: does not name freshness/schedule"},
		{"doc.go", map[string]string{"doc.go": strings.Replace(soundTree["doc.go"], "freshness/schedule", "schedules", 1)}, "doc.go: does not name freshness/schedule"},
	},
}
