package priority_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
)

func TestIdentityIgnoresWhatChangesWhileAConditionLasts(t *testing.T) {
	s := priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Source: "airflow", Dimensions: map[string]string{"task": "load", "dag": "orders"}}
	const want = `"airflow" failure "raw.orders" "dag"="orders" "task"="load"`
	assert.Equal(t, want, s.Identity())
	s.Severity, s.Summary, s.At, s.Due, s.Expires, s.Resolved, s.Impact, s.Urgency = priority.SeverityInfo, "x", at, at, at, true, "a", "b"
	assert.Equal(t, want, s.Identity())
	assert.Equal(t, want, s.Expire(at.Add(time.Hour)).Identity())
}

func TestDifferentConditionsNeverShareAnIdentity(t *testing.T) {
	seen := map[string]priority.Signal{}
	for _, s := range []priority.Signal{
		{}, {Asset: "a"}, {Asset: "b"}, {Source: "a"}, {Kind: priority.KindFailure}, {Kind: priority.KindUnhealthy}, {Kind: priority.KindStale}, {Kind: priority.KindAlert},
		{Asset: `a" "b"="c`}, {Asset: "a", Dimensions: map[string]string{"b": "c"}}, {Asset: "a", Dimensions: map[string]string{"b": `c" "d"="e`}},
		{Asset: "a", Dimensions: map[string]string{"b": "c", "d": "e"}}, {Asset: "a", Dimensions: map[string]string{`b"="c`: ""}},
		{Asset: "\xff"}, {Asset: "\xfe"}, {Asset: "\ufffd"}, {Asset: "a\nb"}, {Asset: `a\nb`},
	} {
		id := s.Identity()
		_, twice := seen[id]
		assert.False(t, twice, "%s: %+v and %+v", id, s, seen[id])
		seen[id] = s
	}
}

func TestTheStatesOfOneCheckShareAnIdentity(t *testing.T) {
	policy := freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}
	var ids []string
	for _, age := range []time.Duration{-time.Minute, time.Minute, 90 * time.Minute, 3 * time.Hour} {
		r := policy.Check(freshness.LandedAt(at.Add(-age)), at)
		r.Asset, r.Check = "raw.orders", "age"
		ids = append(ids, priority.FromResult(r).Identity())
	}
	for _, id := range ids {
		assert.Equal(t, `"freshness" stale "raw.orders" "check"="age"`, id)
	}
}

func TestWhatExpiredIsUnknownAndNotResolved(t *testing.T) {
	c := newClassifier(orders(t))
	for _, resolved := range []bool{false, true} {
		s := priority.Signal{Asset: "raw.orders", Kind: priority.KindFailure, Severity: priority.SeverityInfo, Summary: "extract exited 1", At: at, Expires: at.Add(time.Hour), Resolved: resolved}
		assert.Equal(t, s, s.Expire(at))
		assert.Equal(t, s, s.Expire(s.Expires), "the limit is included")
		later := s.Expire(s.Expires.Add(1))
		assert.False(t, later.Resolved)
		assert.Equal(t, priority.SeverityUnknown, later.Severity)
		assert.True(t, later.At.Equal(s.Expires.Add(1)))
		assert.Equal(t, later, later.Expire(at.AddDate(1, 0, 0)), "it is said once")
		a := c.Classify(later)
		assert.Equal(t, priority.P1, a.Priority)
		assert.Equal(t, "raw.orders was last heard of at 2021-03-04 06:18 UTC: extract exited 1", a.Reasons()[0])
	}
	undated := priority.Signal{Asset: "x", Expires: at}.Expire(at.Add(1))
	assert.Equal(t, "was not heard of again: has changed its health", undated.Summary)
	forever := priority.Signal{Asset: "x", At: at}
	assert.Equal(t, forever, forever.Expire(at.AddDate(100, 0, 0)))
}
