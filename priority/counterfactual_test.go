package priority_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

func words(a priority.Assessment) (list []string) {
	for _, c := range a.Counterfactuals() {
		list = append(list, c.String())
	}
	return list
}

func TestCounterfactuals(t *testing.T) {
	one := []sla.SLA{about("orders", sla.Primary, "mart")}
	two := append(one, about("more", sla.Secondary, "mart"))
	three := append(two, about("most", sla.Primary, "mart"))
	for name, test := range map[string]struct {
		slas   []sla.SLA
		signal priority.Signal
		want   []string
	}{
		"one primary SLA": {one, priority.Signal{Asset: "mart", Severity: priority.SeverityWarning},
			[]string{`would be P3 if SLA "orders" were secondary`, `would be P4 if SLA "orders" were tertiary`, "would be P5 if it were resolved"}},
		"and a secondary one": {two, priority.Signal{Asset: "mart", Severity: priority.SeverityWarning},
			[]string{`would be P3 if SLA "orders" were secondary`, `would be P3 if SLA "orders" were tertiary`, "would be P5 if it were resolved"}},
		"two primary ones": {three, priority.Signal{Asset: "mart"}, []string{"would be P5 if it were resolved"}},
		"the table": {[]sla.SLA{about("orders", sla.Secondary, "mart")}, priority.Signal{Asset: "mart"},
			[]string{`would be P1 if SLA "orders" were primary`, `would be P3 if SLA "orders" were tertiary`, "would be P4 if its severity were info",
				"would be P3 if its severity were warning", "would be P5 if it were resolved"}},
		"an unknown asset": {one, priority.Signal{Asset: "who"},
			[]string{"would be P3 if the catalog knew the asset, and it fed no SLA", "would be P5 if it were resolved"}},
		"resolved": {one, priority.Signal{Asset: "mart", Resolved: true}, []string{"would be P1 if it were still firing"}},
	} {
		assert.Equal(t, test.want, words(newClassifier(catalog(t, test.slas)).Classify(test.signal)), name)
	}
	assert.Empty(t, priority.Assessment{}.Counterfactuals())
}

// A counterfactual about a tier has the priority that a catalog with that tier gives.
func TestCounterfactualsComeTrue(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	checked := 0
	for range 1500 {
		w, s, table := randomWorld(random), randomSignal(random), withMatrix(randomTable(random))
		until, seed := s.At.Add(time.Hour), random.IntN(8)
		hold := withHold(0, func(p *sla.SLA, _ time.Time) (time.Time, bool) { return until, (int(p.ID[1])+seed)%2 == 0 })
		if seed < 4 {
			hold = nil
		}
		a := newClassifier(w.catalog(t), table, hold).Classify(s)
		lead, ok := a.Lead()
		if !ok {
			continue
		}
		said := a.Counterfactuals()
		for tier := sla.Primary; tier <= sla.Tertiary; tier++ {
			changed := world{slices.Clone(w.slas), w.edges}
			for i := range changed.slas {
				if changed.slas[i].ID == lead.SLA.ID {
					changed.slas[i].Tier = tier
				}
			}
			want := newClassifier(changed.catalog(t), table, hold).Classify(s).Priority
			at := slices.IndexFunc(said, func(c priority.Counterfactual) bool { return c.If == fmt.Sprintf("SLA %q were %v", lead.SLA.ID, tier) })
			if want == a.Priority {
				require.Equal(t, -1, at)
				continue
			}
			checked++
			require.NotEqual(t, -1, at, "%v", said)
			require.Equal(t, want, said[at].Priority)
		}
	}
	assert.Greater(t, checked, 200)
}

func TestReplayYieldsWhatDiffers(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	w := randomWorld(random)
	before, after := newClassifier(w.catalog(t)), newClassifier(w.catalog(t), withMatrix(randomTable(random)))
	var record []priority.Signal
	for range 500 {
		record = append(record, randomSignal(random))
	}
	next := 0
	for change := range priority.Replay(slices.Values(record), before, after) {
		for ; next < change.Index; next++ {
			assert.Equal(t, before.Classify(record[next]).Priority, after.Classify(record[next]).Priority)
		}
		assert.Equal(t, before.Classify(record[next]), change.Before)
		assert.Equal(t, after.Classify(record[next]), change.After)
		assert.NotEqual(t, change.Before.Priority, change.After.Priority)
		next++
	}
	assert.Greater(t, next, 50)
	for range priority.Replay(slices.Values(record), before, before) {
		t.Fatal("a classifier does not differ from itself")
	}
	changes := 0
	for range priority.Replay(slices.Values(record), nil, after) {
		changes++
		break
	}
	assert.Equal(t, 1, changes)
	for range priority.Replay(nil, nil, after) {
		t.Fatal("a nil record holds nothing")
	}
	for range priority.Replay(slices.Values(record), nil, nil) {
		t.Fatal("nor does nothing from nothing")
	}
}
