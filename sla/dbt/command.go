package dbt

import (
	"cmp"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// commands are the commands that can leave a run_results.json or that dbt has beside them, as
// args.which names them, and whether a node that they report as a success was built.
//
// What compiles or shows a node reports a success too, with a phase "execute" of its own. A clone is
// a copy of what landed before, and run-operation runs a macro, which is no asset. A retry names the
// command that it repeats; where it does not, it is unknown what it did.
var commands = map[string]bool{
	"run": true, "build": true, "seed": true, "snapshot": true,

	"compile": false, "generate": false, "show": false, "test": false, "clone": false,
	"run-operation": false, "freshness": false, "list": false, "parse": false, "deps": false,
	"debug": false, "clean": false, "init": false, "serve": false,
}

// args reads which command was run. Its own name counts; what was typed stands in for it, where it
// names a command that is known.
func (r *reader) args(to *RunResults) error {
	var which, typed, empty string
	err := r.record(func(key []byte) error {
		switch string(key) {
		case "which":
			err := r.text(&which)
			if _, known := commands[which]; which != "" && !known {
				r.note(r.wrong(fault.Kind(ErrUnsupported,
					"command is not known here, so nothing of it counts as landed: %s", plain.Quote(which))))
			}
			return err
		case "invocation_command":
			return r.text(&typed)
		case "empty":
			return r.text(&empty)
		}
		return r.Skip()
	})
	to.Command, to.Empty = cmp.Or(which, typedCommand(typed)), empty == "true"
	return err
}

// typedCommand returns the command of "dbt docs generate --select orders", in the word of args.which.
// It returns "" for one that is not known and where an option comes first, for then the next word
// may be its value.
func typedCommand(line string) string {
	words := strings.Fields(line)
	if len(words) > 2 && (words[1] == "docs" || words[1] == "source") {
		words = words[1:]
	}
	if len(words) < 2 {
		return ""
	}
	if _, known := commands[words[1]]; !known {
		return ""
	}
	return words[1]
}
