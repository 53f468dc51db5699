package freshness_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// strict embeds a policy of the package, and judges by a rule of its own: something must have landed in each of the
// last three hours.
type strict struct{ freshness.MaxAge }

func (p strict) Check(landed freshness.Landings, now time.Time) freshness.Result {
	r := p.MaxAge.Check(landed, now)
	for hour := range 3 {
		from := now.Add(time.Duration(hour-3) * time.Hour)
		if i := landed.After(from); i == len(landed) || landed[i].At.After(from.Add(time.Hour)) {
			r.Status = freshness.Stale
		}
	}
	return r
}

// What embeds a policy of the package has its unexported methods too. None of them may stand for the whole.
func TestWhatEmbedsAPolicyIsAPolicyOfAnotherPackage(t *testing.T) {
	p := strict{freshness.MaxAge{Fail: 5 * time.Hour}}
	require.NoError(t, p.Validate())

	for _, tt := range []struct {
		policy freshness.Policy
		want   string
	}{
		{p, "a policy of type freshness_test.strict has no JSON: want one of this package"},
		{&p, "a policy of type *freshness_test.strict has no JSON: want one of this package"},
		{freshness.AllOf{p}, "[0]: a policy of type freshness_test.strict has no JSON: want one of this package"},
		{&p.MaxAge, "a policy of type *freshness.MaxAge has no JSON: pass the value, freshness.MaxAge{…}"},
		{
			freshness.Paused{Policy: &p.MaxAge},
			"policy: a policy of type *freshness.MaxAge has no JSON: pass the value, freshness.MaxAge{…}",
		},
	} {
		_, err := freshness.EncodePolicy(tt.policy)
		assert.EqualError(t, err, tt.want)
	}

	landed := freshness.LandedAt(noon.Add(-150*time.Minute), noon.Add(-90*time.Minute), noon.Add(-30*time.Minute))
	require.Equal(t, freshness.Fresh, p.Check(landed, noon).Status)
	assert.Equal(t, landed, freshness.Needed(p, landed, noon))
	assert.Equal(t, landed, freshness.Needed(freshness.AllOf{p.MaxAge, p}, landed, noon))
	assert.Equal(t, landed[2:], freshness.Needed(p.MaxAge, landed, noon))

	assert.Equal(t, p, freshness.NewAt(p, noon))
	assert.Equal(t, freshness.AllOf{p, freshness.MaxAge{Fail: 1, Since: noon}},
		freshness.NewAt(freshness.AllOf{p, freshness.MaxAge{Fail: 1}}, noon))
}

// hourly is a policy of its own that has due instants, a location and words.
type hourly struct{ minute int }

func (p hourly) Check(landed freshness.Landings, now time.Time) freshness.Result {
	due := now.Truncate(time.Hour).Add(time.Duration(p.minute) * time.Minute)
	r := freshness.Result{Status: freshness.Fresh, Reason: freshness.ReasonOnTime, At: now, LastDue: due}
	if newest, ok := landed.Newest(); !ok || now.Sub(newest.At) > time.Hour {
		r.Status, r.Reason = freshness.Stale, freshness.ReasonPastLimit
	}
	return r
}

func (hourly) Validate() error          { return nil }
func (hourly) Location() *time.Location { return time.Local }
func (p hourly) Words() string          { return "fresh each hour" }

func (p hourly) Dues(from, to time.Time) iter.Seq[freshness.Due] {
	return func(yield func(freshness.Due) bool) {
		at := from.Truncate(time.Hour).Add(time.Duration(p.minute) * time.Minute)
		for ; at.Before(to); at = at.Add(time.Hour) {
			due := freshness.Due{At: at, Opens: at.Add(-time.Hour), Over: at.Add(time.Minute)}
			if !at.Before(from) && !yield(due) {
				return
			}
		}
	}
}

func TestAPolicyOfAnotherPackageMayHaveDueInstants(t *testing.T) {
	p := hourly{minute: 20}
	assert.Equal(t, []string{"12:20", "13:20", "14:20"}, dueTimes(p, noon, noon.Add(3*time.Hour)))
	due, ok := freshness.NextDue(p, noon)
	assert.True(t, ok)
	assert.Equal(t, noon.Add(20*time.Minute), due)
	assert.True(t, freshness.CountsDues(p))
	assert.Equal(t, time.Minute, freshness.Grace(p))
	assert.Equal(t, time.Local, freshness.Location(p))
	assert.Equal(t, "fresh each hour", freshness.Words(p))
	assert.Len(t, freshness.LastDues(p, noon, 30), 30)

	landed := freshness.LandedAt(noon.Add(-50*time.Minute), noon.Add(-30*time.Minute))
	for d := range freshness.Dues(p, noon, noon.Add(time.Hour)) {
		first, ok := d.First(landed)
		assert.True(t, ok)
		assert.Equal(t, landed[1], first, "just after it opens a landing counts")
		assert.False(t, d.Partitioned())
	}

	between := schedule.MustCalendar(schedule.Hours{Weekly: map[time.Weekday][]schedule.TimeRange{
		noon.Weekday(): {{Open: 12*time.Hour + 30*time.Minute, Close: 14 * time.Hour}},
	}})
	inner := freshness.During{Policy: p, Hours: between}
	assert.True(t, freshness.CountsDues(inner))
	assert.Equal(t, "fresh each hour, in working time", freshness.Words(inner))
	assert.Equal(t, []string{"11:20 outside-hours", "12:20", "13:20", "14:20 outside-hours"},
		dueTimes(inner, noon.Add(-time.Hour), noon.Add(3*time.Hour)))
	assert.Equal(t, []string{"12:20", "12:40", "13:20", "13:40"},
		dueTimes(freshness.AllOf{hourly{40}, p}, noon, noon.Add(2*time.Hour)))
	assert.Equal(t, []string{"12:40", "13:40"},
		dueTimes(freshness.AnyOf{hourly{40}, p}, noon, noon.Add(2*time.Hour)))
}

// dueTimes lists the due instants of a policy, each with why it is excused.
func dueTimes(p freshness.Policy, from, to time.Time) (list []string) {
	for d := range freshness.Dues(p, from, to) {
		text := d.At.Format("15:04")
		if d.Excused != freshness.ReasonNone {
			text += " " + d.Excused.String()
		}
		list = append(list, text)
	}
	return list
}
