package incident_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	stormCauses  = 5
	stormAssets  = 10_000
	stormSignals = 100_000
)

// storm is 100,000 signals in any order: five sources fail, and with each of them 1,999 assets
// downstream, again and again.
func storm(t testing.TB) (*priority.Classifier, []priority.Signal) {
	var edges []sla.Edges
	var marts []string
	for n := range stormAssets {
		switch cause := n % stormCauses; {
		case n < stormCauses:
		case n < 10*stormCauses:
			edges = append(edges, sla.Feeds(asset(cause), asset(n)))
		default:
			marts = append(marts, asset(n))
			edges = append(edges, sla.Feeds(asset(n%(10*stormCauses)), asset(n)))
		}
	}
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "s", Assets: marts}}, edges...)
	require.NoError(t, err)
	signals := make([]priority.Signal, stormSignals)
	for n := range signals {
		signals[n] = firing(asset(n%stormAssets), at.Add(time.Duration(n)*time.Millisecond))
	}
	rand.New(rand.NewPCG(8, 9)).Shuffle(len(signals), func(a, b int) {
		signals[a], signals[b] = signals[b],
			signals[a]
	})
	return priority.NewClassifier(catalog), signals
}

func asset(n int) string { return fmt.Sprint("asset-", n) }

func TestAStormIsOneIncidentForEachCause(t *testing.T) {
	if testing.Short() {
		t.Skip("puts 100,000 signals before a desk")
	}
	c, signals := storm(t)
	synctest.Test(t, func(t *testing.T) {
		slack := &channel{name: "slack", answer: func(context.Context, incident.Announcement) (string,
			error) {
			time.Sleep(time.Second)
			return "ts", nil
		}}
		d := incident.NewDesk(c, slack)
		d.Every = time.Minute
		end := running(d)
		for n, s := range signals {
			signal(t, d, s)
			if n%100 == 0 {
				time.Sleep(100 * time.Millisecond)
			}
		}
		open := d.Focus(at)
		assert.Equal(t, stormCauses, len(open.Queue)+1)
		list := entries(t, d)
		assert.Less(t, len(list), 12_000)
		time.Sleep(time.Hour)
		said := map[string]int{}
		for _, a := range slack.heard() {
			said[a.Incident.ID] += len(a.New)
		}
		for _, i := range d.Incidents() {
			if i.MergedInto == "" || said[i.ID] > 0 {
				assert.Equal(t, i.EntryCount, said[i.ID], "every entry is announced")
			}
		}
		assert.Less(t, len(slack.got()), 300, "and they come together")
		t.Logf("%d signals: %d incidents were opened, %d are open; %d entries, in %d announcements",
			len(signals), len(d.Incidents()), len(open.Queue)+1, len(list), len(slack.got()))
		require.ErrorIs(t, end(), context.Canceled)
	})
}

// BenchmarkStorm puts the storm before a desk, and reports what one signal costs, and what is kept
// after it.
func BenchmarkStorm(b *testing.B) {
	c, signals := storm(b)
	b.ReportAllocs()
	var kept uint64
	for b.Loop() {
		before := heap()
		d := incident.NewDesk(c)
		for _, s := range signals {
			signal(b, d, s)
		}
		kept = heap() - before
		runtime.KeepAlive(d)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/stormSignals, "ns/signal")
	b.ReportMetric(float64(kept)/(1<<20), "MiB-kept")
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// BenchmarkRepeat is a signal that changes nothing.
func BenchmarkRepeat(b *testing.B) {
	d, s := incident.NewDesk(classifier(b)), firing("raw.orders", at)
	b.ReportAllocs()
	for b.Loop() {
		signal(b, d, s)
	}
}
