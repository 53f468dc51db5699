package priority_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
)

func TestTheNewestOfACondition(t *testing.T) {
	base := priority.Signal{Asset: "x", Severity: priority.SeverityWarning, At: at}
	with := func(change func(*priority.Signal)) priority.Signal { s := base; change(&s); return s }
	for name, test := range map[string]struct{ tells, other priority.Signal }{
		"later":                  {with(func(s *priority.Signal) { s.At = at.Add(1); s.Resolved = true }), base},
		"firing":                 {base, with(func(s *priority.Signal) { s.Resolved = true })},
		"severer":                {with(func(s *priority.Signal) { s.Severity = 0 }), base},
		"due":                    {with(func(s *priority.Signal) { s.Due = at }), base},
		"due earlier":            {with(func(s *priority.Signal) { s.Due = at }), with(func(s *priority.Signal) { s.Due = at.Add(1) })},
		"firing, undated":        {with(func(s *priority.Signal) { s.At = time.Time{} }), with(func(s *priority.Signal) { s.Resolved = true })},
		"than resolved, undated": {with(func(s *priority.Signal) { s.Resolved = true }), with(func(s *priority.Signal) { s.At, s.Resolved = time.Time{}, true })},
		"the same":               {base, base},
	} {
		for _, pair := range [][2]priority.Signal{{test.tells, test.other}, {test.other, test.tells}} {
			got, ok := pair[0].Merge(pair[1])
			assert.True(t, ok, name)
			assert.Equal(t, test.tells, got, name)
		}
	}
	got, ok := base.Merge(priority.Signal{Asset: "y", At: at.Add(time.Hour)})
	assert.False(t, ok)
	assert.Equal(t, base, got)
}

func TestMergingDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	random := rand.New(rand.NewPCG(51, 52))
	dublin, err := time.LoadLocation("Europe/Dublin")
	require.NoError(t, err)
	for round := range 2000 {
		list := make([]priority.Signal, 2+random.IntN(6))
		for i := range list {
			s := randomSignal(random)
			s.Asset, s.Source, s.Dimensions, s.Kind = "x", "", nil, []priority.Kind{priority.KindStale, priority.KindAtRisk, priority.KindNotMeasured}[random.IntN(3)]
			s.Summary = fmt.Sprint(random.IntN(2))
			if !s.At.IsZero() {
				s.At = at.Add(time.Duration(random.IntN(3)) * time.Minute)
			}
			if random.IntN(2) == 0 {
				s.At = s.At.In(dublin)
			}
			if round%2 == 0 { // alike but for when, and on which clock
				s = priority.Signal{Asset: "x", At: s.At, Kind: priority.KindStale}
			}
			if !s.Due.IsZero() {
				s.Due = at.Add(time.Duration(random.IntN(2)))
			}
			list[i] = s
		}
		merged := fold(t, list)
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		require.Equal(t, merged, fold(t, list))
		require.Equal(t, merged, fold(t, append(list, list...)), "however often")
		left, right := fold(t, list[:len(list)/2+1]), fold(t, list[len(list)/2:])
		require.Equal(t, merged, fold(t, []priority.Signal{right, left}), "in whatever parts")
	}
}

func fold(t *testing.T, list []priority.Signal) priority.Signal {
	merged := list[0]
	for _, s := range list[1:] {
		var ok bool
		merged, ok = merged.Merge(s)
		require.True(t, ok)
	}
	return merged
}

// The end of a condition arrives before its beginning, which was under way for longer.
func ExampleSignal_Merge() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	began := priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, At: now}
	ended := priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, At: now.Add(time.Minute), Resolved: true}
	merged, ok := ended.Merge(began)
	fmt.Println(ok, merged.Resolved, merged.At.Equal(ended.At))
	// Output: true true true
}
