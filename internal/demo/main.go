// Command demo replays real landings through an SLA, on a mock clock: what was on time, what was
// late and by how much, what never came, and every P1.
//
//	go run ./internal/demo                      the history of a real nightly job
//	go run ./internal/demo -landings FILE.csv   another history, of the same form
//	go run ./internal/demo -sla FILE.json       another promise
//	go run ./internal/demo -channel             the longest outage, as the engineers' channel shows it
//	go run ./internal/demo -serve :8080         the history behind a status page, on a clock that runs ahead
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program. It returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	landings := flags.String("landings", "",
		"a CSV `file` of landings, with the header landed_at, in place of the embedded history")
	promise := flags.String("sla", "", "a JSON `file` with an SLA, in place of the embedded one")
	channel := flags.Bool("channel", false,
		"show the longest outage as the channel of a Slack in memory, in place of all days")
	address := flags.String("serve", "",
		"show the history behind a status page at this `address`, such as :8080, on a clock that runs ahead")

	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if extra := flags.Arg(0); flags.NArg() > 0 {
		fmt.Fprintf(stderr, "demo: %q is not expected: files are named with -landings and -sla\n", extra)
		return 2
	}
	if err := show(ctx, stdout, *landings, *promise, *channel, *address); err != nil {
		for line := range strings.Lines(err.Error() + "\n") {
			fmt.Fprint(stderr, "demo: ", line)
		}
		return 1
	}
	return 0
}

// show reads both files, replays, and prints. It prints nothing of a replay that cannot be made.
func show(
	ctx context.Context, w io.Writer, landingsFile, slaFile string, channel bool, address string,
) error {
	landed, landedErr := readLandings(landingsFile)
	promise, promiseErr := readSLA(slaFile)
	if err := errors.Join(landedErr, promiseErr); err != nil {
		return err
	}

	replays, err := replayAll(promise, landed)
	if err != nil {
		return err
	}
	if address != "" {
		return serve(ctx, w, address, replays[0])
	}

	out := bufio.NewWriter(w)
	if channel {
		if err := showChannel(ctx, out, replays[0]); err != nil {
			return err
		}
		return out.Flush()
	}

	for _, r := range replays {
		r.print(out)
		r.chart.print(out)
		if len(r.days) > 0 {
			if err := r.printBaseline(out); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}
