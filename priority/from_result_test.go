package priority_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
)

func TestFromResult(t *testing.T) {
	due := time.Date(2021, 3, 4, 7, 0, 0, 0, time.UTC)
	policy := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}
	age := freshness.MaxAge{Fail: time.Hour}
	grace := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Grace: time.Hour}
	yesterday := due.Add(-25 * time.Hour)
	for name, test := range map[string]struct {
		result   freshness.Result
		kind     priority.Kind
		severity priority.Severity
		resolved bool
		says     string
	}{
		"fresh":        {policy.Check(freshness.LandedAt(due.Add(-time.Minute)), due), priority.KindStale, priority.SeverityInfo, true, "x has landed"},
		"fresh, late":  {policy.Check(freshness.LandedAt(due.Add(90*time.Minute)), due.Add(2*time.Hour)), priority.KindStale, priority.SeverityInfo, true, "x has landed, 1h 30m late"},
		"at risk":      {policy.Check(freshness.LandedAt(yesterday), due.Add(-time.Minute)), priority.KindAtRisk, priority.SeverityWarning, false, "x has not landed for 1d"},
		"in grace":     {grace.Check(freshness.LandedAt(yesterday), due.Add(time.Minute)), priority.KindAtRisk, priority.SeverityWarning, false, "x has not landed for 1d 1h"},
		"stale":        {policy.Check(freshness.LandedAt(yesterday), due.Add(time.Second)), priority.KindStale, priority.SeverityCritical, false, "x has not landed for 1d 1h"},
		"stale by age": {age.Check(freshness.LandedAt(yesterday), due), priority.KindStale, priority.SeverityCritical, false, "x has not landed for 1d 1h"},
		"long ago":     {age.Check(freshness.LandedAt(due.AddDate(-3, 0, 0)), due), priority.KindStale, priority.SeverityCritical, false, "x has not landed since 2018-03-04"},
		"in year 1":    {age.Check(freshness.LandedAt(time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)), due), priority.KindStale, priority.SeverityCritical, false, "x has not landed since 0001-01-01"},
		"never landed": {age.Check(nil, due), priority.KindStale, priority.SeverityCritical, false, "x has never landed"},
		"in future":    {age.Check(freshness.LandedAt(due.Add(time.Second)), due), priority.KindNotMeasured, priority.SeverityUnknown, false, "x has a landing in the future, at 2021-03-04 07:00:01 UTC"},
		"not measured": {freshness.NotMeasured(errors.New("no route\nto host"), due), priority.KindNotMeasured, priority.SeverityUnknown, false, `x could not be measured: no route\nto host`},
		"unreadable":   {freshness.Result{At: due, Reason: freshness.ReasonNotMeasured, Err: (*trap)(nil)}, priority.KindNotMeasured, priority.SeverityUnknown, false, "x could not be measured: an error of type *priority_test.trap that is a nil pointer: return a plain nil where there is no error"},
		"no status":    {freshness.Result{At: due}, priority.KindNotMeasured, priority.SeverityUnknown, false, "x could not be measured"},
		"no such status": {freshness.Result{At: due, Status: 9, Reason: freshness.ReasonOnTime}, priority.KindNotMeasured, priority.SeverityUnknown, false,
			"x could not be measured"},
		"not due":       {freshness.Result{At: due, Reason: freshness.ReasonNotDue}, priority.KindStale, priority.SeverityInfo, true, "x is not due yet"},
		"paused":        {freshness.Result{At: due, Reason: freshness.ReasonPaused}, priority.KindStale, priority.SeverityInfo, true, "x is not judged during a pause"},
		"outside hours": {freshness.Result{At: due, Reason: freshness.ReasonOutsideHours}, priority.KindStale, priority.SeverityInfo, true, "x is not judged outside working time"},
		"in part":       {freshness.Result{At: due, Status: freshness.Stale, Reason: freshness.ReasonPartial}, priority.KindStale, priority.SeverityCritical, false, "x has landed in part"},
		"stale, no more": {freshness.Result{At: due, Status: freshness.Stale, Reason: freshness.ReasonPastLimit}, priority.KindStale, priority.SeverityCritical, false,
			"x has not landed"},
	} {
		t.Run(name, func(t *testing.T) {
			test.result.Asset, test.result.Check = "x", "orders-by-7/ready"
			s := priority.FromResult(test.result)
			assert.Equal(t, test.kind, s.Kind)
			assert.Equal(t, test.severity, s.Severity)
			assert.Equal(t, test.resolved, s.Resolved)
			assert.Equal(t, "x", s.Asset)
			assert.Equal(t, "freshness", s.Source)
			assert.Equal(t, map[string]string{"check": "orders-by-7/ready"}, s.Dimensions)
			assert.True(t, s.At.Equal(test.result.At))
			assert.True(t, s.Due.Equal(test.result.Due))
			says := priority.Assessment{Signal: s}.Reasons()[0]
			if s.Resolved {
				test.says += ", resolved"
			}
			assert.Equal(t, test.says, says)
		})
	}
	assert.Nil(t, priority.FromResult(freshness.Result{}).Dimensions)
}
