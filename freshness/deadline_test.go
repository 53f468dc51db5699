package freshness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// at reads an instant of March 2021, written "02 15:04" or "02 15:04:05.999", in UTC.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	if len(text) == len("02 15:04") {
		text += ":00"
	}
	instant, err := time.Parse("2006-01-02 15:04:05.999999999", "2021-03-"+text)
	require.NoError(t, err)
	return instant
}

func TestDeadlineFollowsItsTable(t *testing.T) {
	bySeven := Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}
	graceful := Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour, Grace: 30 * time.Minute}
	narrow := Deadline{Due: schedule.Daily(7, 0, time.UTC), Lookback: 30 * time.Minute, Warn: 2 * time.Hour}
	tests := []struct {
		name   string
		policy Deadline
		landed []string
		now    string
		status Status
		reason Reason
		due    string
		late   time.Duration
		until  string
		next   string
	}{
		{"landed for today, before it is due", bySeven, []string{"04 06:30"}, "04 06:40", Fresh, ReasonOnTime, "04 07:00", 0, "05 07:00", "04 07:00:00.000000001"},
		{"exactly due, landed for it", bySeven, []string{"04 06:30"}, "04 07:00", Fresh, ReasonOnTime, "04 07:00", 0, "05 07:00", "04 07:00:00.000000001"},
		{"in the morning after it landed", bySeven, []string{"04 06:30"}, "04 08:00", Fresh, ReasonOnTime, "05 07:00", 0, "05 07:00", "04 19:00:00.000000001"},
		{"the window of tomorrow is open", bySeven, []string{"04 06:30"}, "04 20:00", Fresh, ReasonNotDue, "05 07:00", 0, "05 07:00", "05 06:00:00.000000001"},
		{"exactly at the warning", bySeven, []string{"03 06:30"}, "04 06:00", Fresh, ReasonNotDue, "04 07:00", 0, "04 07:00", "04 06:00:00.000000001"},
		{"just after the warning", bySeven, []string{"03 06:30"}, "04 06:00:00.000000001", AtRisk, ReasonPastWarning, "04 07:00", 0, "04 07:00", "04 07:00:00.000000001"},
		{"exactly due, nothing landed", bySeven, []string{"03 06:30"}, "04 07:00", AtRisk, ReasonPastWarning, "04 07:00", 0, "04 07:00", "04 07:00:00.000000001"},
		{"just after due", bySeven, []string{"03 06:30"}, "04 07:00:00.000000001", Stale, ReasonPastLimit, "04 07:00", 0, "", "05 07:00:00.000000001"},
		{"the miss survives midnight", bySeven, []string{"03 06:30"}, "05 00:30", Stale, ReasonPastLimit, "04 07:00", 0, "", "05 07:00:00.000000001"},
		{"never landed", bySeven, nil, "04 12:00", Stale, ReasonNeverLanded, "04 07:00", 0, "", "05 07:00:00.000000001"},
		{"a late arrival clears it", bySeven, []string{"03 06:30", "04 09:00"}, "04 09:00", Fresh, ReasonLate, "05 07:00", 2 * time.Hour, "05 07:00", "04 19:00:00.000000001"},
		{"landed exactly at due", bySeven, []string{"04 07:00"}, "04 08:00", Fresh, ReasonOnTime, "05 07:00", 0, "05 07:00", "04 19:00:00.000000001"},
		{"landed just after due", bySeven, []string{"04 07:00:00.000000001"}, "04 08:00", Fresh, ReasonLate, "05 07:00", 1, "05 07:00", "04 19:00:00.000000001"},
		{"landed exactly when the window opens: for the day before", bySeven, []string{"03 19:00"}, "04 08:00", Stale, ReasonPastLimit, "04 07:00", 0, "", "05 07:00:00.000000001"},
		{"landed just after the window opens", bySeven, []string{"03 19:00:00.000000001"}, "04 08:00", Fresh, ReasonOnTime, "05 07:00", 0, "05 07:00", "04 19:00:00.000000001"},
		{"before and after due: the first counts", bySeven, []string{"04 06:59", "04 09:00"}, "04 10:00", Fresh, ReasonOnTime, "05 07:00", 0, "05 07:00", "04 19:00:00.000000001"},
		{"in the grace", graceful, []string{"03 06:30"}, "04 07:30", AtRisk, ReasonInGrace, "04 07:00", 0, "04 07:30", "04 07:30:00.000000001"},
		{"after the grace", graceful, []string{"03 06:30"}, "04 07:30:00.000000001", Stale, ReasonPastLimit, "04 07:00", 0, "", "05 07:30:00.000000001"},
		{"landed within the grace", graceful, []string{"03 06:30", "04 07:10"}, "04 08:00", Fresh, ReasonInGrace, "05 07:00", 10 * time.Minute, "05 07:30", "04 19:00:00.000000001"},
		{"landed at the end of the grace", graceful, []string{"03 06:30", "04 07:30"}, "04 08:00", Fresh, ReasonInGrace, "05 07:00", 30 * time.Minute, "05 07:30", "04 19:00:00.000000001"},
		{"landed just after the grace", graceful, []string{"03 06:30", "04 07:30:00.000000001"}, "04 08:00", Fresh, ReasonLate, "05 07:00", 30*time.Minute + 1, "05 07:30", "04 19:00:00.000000001"},
		{"the warning comes before the window opens", narrow, []string{"04 06:50"}, "04 08:00", Fresh, ReasonOnTime, "05 07:00", 0, "05 07:00", "05 05:00:00.000000001"},
		{"and then it is at risk", narrow, []string{"04 06:50"}, "05 05:00:00.000000001", AtRisk, ReasonPastWarning, "05 07:00", 0, "05 07:00", "05 07:00:00.000000001"},
		{"a landing before the window does not count", narrow, []string{"04 06:30"}, "04 08:00", Stale, ReasonPastLimit, "04 07:00", 0, "", "05 07:00:00.000000001"},
		{"yesterday's miss shows through today's grace", graceful, []string{"02 06:30"}, "04 07:10", Stale, ReasonPastLimit, "03 07:00", 0, "", "04 07:30:00.000000001"},
		{"tomorrow", bySeven, []string{"05 03:00"}, "04 12:00", Unknown, ReasonInFuture, "", 0, "", "05 03:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var landed []time.Time
			for _, text := range tt.landed {
				landed = append(landed, at(t, text))
			}
			require.NoError(t, tt.policy.Validate())
			r := tt.policy.Check(LandedAt(landed...), at(t, tt.now))
			assert.Equal(t, tt.status, r.Status)
			assert.Equal(t, tt.reason, r.Reason)
			assert.Equal(t, tt.late, r.Late)
			for name, pair := range map[string]struct {
				want string
				got  time.Time
			}{"due": {tt.due, r.Due}, "fresh until": {tt.until, r.FreshUntil}, "next check": {tt.next, r.NextCheck}} {
				var want time.Time
				if pair.want != "" {
					want = at(t, pair.want)
				}
				assert.Truef(t, want.Equal(pair.got), "%s: got %v, want %v", name, pair.got, want)
			}
		})
	}
}
