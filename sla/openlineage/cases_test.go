package openlineage_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/openlineage"
)

// A testCase is a row of testdata/cases.json, whose header defines the fields.
type testCase struct {
	ID, What  string
	Events    []json.RawMessage
	Partition string
	Received  time.Time
	Expect    expectation
}

type expectation struct {
	Edges    [][2]string
	Known    []string
	Landings map[string]freshness.Landings
	Signals  []signal
	Running  []struct {
		Job   string
		Since time.Time
	}
	Errors []struct {
		Index int
		Path  string
	}
}

type signal struct {
	Asset, Kind, Source string
	Dimensions          map[string]string
	Resolved            bool
	At                  time.Time
	Severity, Summary   string
}

func cases(t testing.TB) []testCase {
	data, err := os.ReadFile("testdata/cases.json")
	require.NoError(t, err)
	var file struct {
		Count int
		Cases []testCase
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Cases, file.Count)
	return file.Cases
}

// A world is what has come out of events so far.
type world struct {
	lineage  *openlineage.Lineage
	received time.Time
	landings map[string]freshness.Landings
	failures []openlineage.Failure
	errors   []string
}

func newWorld(c testCase) *world {
	w := &world{lineage: &openlineage.Lineage{Partition: c.Partition}, received: c.Received}
	if w.received.IsZero() {
		w.received = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	w.landings = map[string]freshness.Landings{}
	return w
}

func (w *world) observe(t testing.TB, index int, body []byte) {
	events, err := openlineage.Decode(body)
	require.NoError(t, err)
	for _, e := range events {
		news, err := w.lineage.Observe(e, w.received)
		var f *sla.FieldError
		if errors.As(err, &f) {
			w.errors = append(w.errors, fmt.Sprintf("%d %s", index, f.Path))
		}
		for _, landing := range news.Landings {
			w.landings[landing.Asset] = w.landings[landing.Asset].Add(landing.Landing)
		}
		w.failures = append(w.failures, news.Failures...)
	}
}

// state returns edges, landings and open runs in one form that can be compared.
func (w *world) state() string {
	text := ""
	for _, e := range w.lineage.Edges() {
		text += fmt.Sprintf("edge %s -> %s\n", e.From, e.To)
	}
	for _, r := range w.lineage.Running() {
		text += fmt.Sprintf("runs %s since %s\n", r.Job, r.Since.Format(time.RFC3339Nano))
	}
	return text + landingsText(w.landings)
}

func landingsText(all map[string]freshness.Landings) (text string) {
	for _, asset := range slices.Sorted(maps.Keys(all)) {
		for _, l := range all[asset] {
			l.At = l.At.UTC()
			text += fmt.Sprintf("landed %s %+v\n", asset, l)
		}
	}
	return text
}

func (e expectation) state() string {
	var edges []string
	for _, pair := range e.Edges {
		edges = append(edges, fmt.Sprintf("edge %s -> %s\n", pair[0], pair[1]))
	}
	for _, asset := range e.Known {
		edges = append(edges, fmt.Sprintf("edge %s -> \n", asset))
	}
	slices.Sort(edges)
	text := ""
	for _, line := range edges {
		text += line
	}
	for _, r := range e.Running {
		text += fmt.Sprintf("runs %s since %s\n", r.Job, r.Since.UTC().Format(time.RFC3339Nano))
	}
	return text + landingsText(e.Landings)
}

// sortedState is the state with its edges in the order of the expectation's text.
func sortedLines(text string) []string {
	var lines []string
	for len(text) > 0 {
		i := slices.Index([]byte(text), '\n')
		lines, text = append(lines, text[:i]), text[i+1:]
	}
	slices.Sort(lines)
	return lines
}

// identity is what signals of one condition share.
func (s signal) identity() string { return fmt.Sprint(s.Asset, s.Kind, s.Source, s.Dimensions) }

func (s signal) text() string {
	return fmt.Sprintf("%s resolved=%t at=%s severity=%s summary=%q", s.identity(), s.Resolved,
		s.At.UTC().Format(time.RFC3339Nano), cmp.Or(s.Severity, "unknown"), s.Summary)
}

func signalOf(f openlineage.Failure) signal {
	return signal{f.Asset, "failure", "openlineage", f.Dimensions, f.Resolved, f.At, f.Severity, f.Summary}
}

// latest returns for each identity the text of its latest signal.
func latest(list []signal) map[string]string {
	at, text := map[string]time.Time{}, map[string]string{}
	for _, s := range list {
		if id := s.identity(); !s.At.Before(at[id]) {
			at[id], text[id] = s.At, s.text()
		}
	}
	return text
}

func (w *world) signals() (list []signal) {
	for _, f := range w.failures {
		list = append(list, signalOf(f))
	}
	return list
}

func texts(list []signal) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, s.text())
	}
	return out
}

func TestEveryCaseInTheGivenOrder(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.ID+" "+c.What, func(t *testing.T) {
			w := newWorld(c)
			for i, body := range c.Events {
				w.observe(t, i, body)
			}
			assert.Equal(t, sortedLines(c.Expect.state()), sortedLines(w.state()))
			assert.Equal(t, texts(c.Expect.Signals), texts(w.signals()))
			var want []string
			for _, e := range c.Expect.Errors {
				want = append(want, fmt.Sprintf("%d %s", e.Index, e.Path))
			}
			assert.Equal(t, want, w.errors)
			assert.NoError(t, w.lineage.Err())
		})
	}
}

// TestEveryCaseInAHundredOrders sends each event twice. A failure of a parent that arrives before
// that of its child is one signal more, of an identity that the expectation does not have.
func TestEveryCaseInAHundredOrders(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.ID+" "+c.What, func(t *testing.T) {
			for seed := range uint64(100) {
				twice := slices.Concat(c.Events, c.Events)
				rand.New(rand.NewPCG(seed, 18)).Shuffle(len(twice), func(i, j int) {
					twice[i], twice[j] = twice[j], twice[i]
				})
				w := newWorld(c)
				for i, body := range twice {
					w.observe(t, i, body)
					if seed%10 == 0 { // a restart after each event changes nothing
						fresh := &openlineage.Lineage{Partition: c.Partition}
						require.NoError(t, fresh.Restore(w.lineage.Snapshot()))
						require.Equal(t, w.lineage.Snapshot(), fresh.Snapshot())
						w.lineage = fresh
					}
				}
				require.Equal(t, sortedLines(c.Expect.state()), sortedLines(w.state()), "seed %d", seed)
				got, want := latest(w.signals()), latest(c.Expect.Signals)
				for id, text := range want {
					require.Equal(t, text, got[id], "seed %d", seed)
				}
				more := len(got) - len(want)
				require.LessOrEqual(t, more, parents(c), "seed %d: %v", seed, got)
			}
		})
	}
}

// parents returns how many runs that failed are the parents of runs that failed.
func parents(c testCase) int {
	failed, above := map[string]bool{}, map[string]string{}
	for _, body := range c.Events {
		var e struct {
			EventType string
			Run       struct {
				RunID  string `json:"runId"`
				Facets struct {
					Parent struct {
						Run struct {
							RunID string `json:"runId"`
						}
					}
				}
			}
		}
		_ = json.Unmarshal(body, &e)
		if above[e.Run.RunID] = e.Run.Facets.Parent.Run.RunID; e.EventType == "FAIL" {
			failed[e.Run.RunID] = true
		}
	}
	found := map[string]bool{}
	for id := range failed {
		if up := above[id]; failed[up] {
			found[up] = true
		}
	}
	return len(found)
}
