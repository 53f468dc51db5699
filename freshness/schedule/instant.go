package schedule

import "time"

// The instants of schedules and calendars lie strictly between these two seconds of Unix time:
// the zero time.Time, 0001-01-01T00:00:00Z, and 10000-01-01T00:00:00Z.
const (
	minSecond = -62135596800
	maxSecond = 253402300800
)

const (
	secondsPerMinute = 60
	secondsPerHour   = 3600
	secondsPerDay    = 86400
	minutesPerDay    = 1440
	nanosPerSecond   = 1_000_000_000
)

// sinceYear1 returns the seconds from the zero time.Time to t. It wraps for the last instants that
// a time.Time can hold exactly as package time does when it compares them, so that our order of
// instants is the order of time.Time.Compare.
func sinceYear1(t time.Time) int64 { return t.Unix() - minSecond }

// clampFloor returns the Unix second that t lies in, moved into the range of instants.
func clampFloor(t time.Time) int64 {
	return min(max(sinceYear1(t), 0), maxSecond-minSecond) + minSecond
}

// clampCeil returns the first Unix second that is not before t, moved into the range of instants.
func clampCeil(t time.Time) int64 {
	sec := clampFloor(t)
	if t.Nanosecond() > 0 && sinceYear1(t) == sec-minSecond && sec < maxSecond {
		sec++
	}
	return sec
}

// splitDay splits local seconds into days and the second of the day.
// It divides unsigned numbers, which is cheaper: shiftDays makes every day that occurs positive.
func splitDay(local int64) (day, second int64) {
	n := uint64(local + shiftDays*secondsPerDay)
	return int64(n/secondsPerDay) - shiftDays, int64(n % secondsPerDay)
}
