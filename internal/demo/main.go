// Command demo replays real landings through a promise, on a mock clock: what
// was on time, what was late and by how much, what never came, and every P1.
//
//	go run ./internal/demo                      the history of a real nightly job
//	go run ./internal/demo -landings FILE.csv   another history, of the same form
//	go run ./internal/demo -sla FILE.json       another promise
//	go run ./internal/demo -channel             the longest outage, as the engineers' channel shows it
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the whole program; it answers the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	landings := flags.String("landings", "", "a CSV `file` of landings, with the header landed_at, in place of the embedded history")
	promise := flags.String("sla", "", "a JSON `file` with an SLA, in place of the embedded one")
	channel := flags.Bool("channel", false, "show the longest outage as the channel of a Slack in memory, in place of all days")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "demo: %q is not expected: files are named with -landings and -sla\n", flags.Arg(0))
		return 2
	}
	if err := show(stdout, *landings, *promise, *channel); err != nil {
		for line := range strings.Lines(err.Error() + "\n") {
			fmt.Fprint(stderr, "demo: ", line)
		}
		return 1
	}
	return 0
}

// show reads both files, replays, and prints. Nothing is printed of a replay
// that cannot be made.
func show(w io.Writer, landingsFile, slaFile string, channel bool) error {
	landed, landedErr := readLandings(landingsFile)
	promise, promiseErr := readSLA(slaFile)
	if err := errors.Join(landedErr, promiseErr); err != nil {
		return err
	}
	replays, err := replayAll(promise, landed)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	if channel {
		if err := showChannel(context.Background(), out, replays[0]); err != nil {
			return err
		}
		return out.Flush()
	}
	for _, r := range replays {
		r.print(out)
		r.chart.print(out)
		if len(r.days) > 0 {
			if err := r.printUsual(out); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}
