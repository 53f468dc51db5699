package storerule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

func TestCheckReportsEveryFaultWithItsPath(t *testing.T) {
	record := tracker.Record{Check: "shop/available", At: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), Span: time.Second, Good: 1}
	nul, broken := record, record
	nul.Check, broken.Check = "a\x00b", "\xff"
	sound := tracker.Delta{Replica: "a", Seq: 1, Records: []tracker.Record{record}}

	assert.NoError(t, Check(nil))
	assert.NoError(t, Check([]tracker.Delta{sound, sound}))
	assert.EqualError(t, Check([]tracker.Delta{sound, {Replica: "a", Records: []tracker.Record{record, nul, broken}}}),
		"deltas[1].seq: is missing\n"+
			`deltas[1].records[1].check: "a\x00b" holds NUL`+"\n"+
			`deltas[1].records[2].check: "\xff" is not valid UTF-8`)
}

func TestErrorsNameTheDeltaAndWrapWhatCallersTellApart(t *testing.T) {
	d := tracker.Delta{Replica: "a", Seq: 7}
	assert.EqualError(t, Gap(d, 4), `keep: delta 7 of replica "a" cannot follow 4`)
	assert.NotErrorIs(t, Gap(d, 4), ErrConflict)
	assert.ErrorIs(t, Taken(d), ErrConflict)
	assert.ErrorContains(t, Taken(d), `keep: delta 7 of replica "a" is another process's`)
	assert.ErrorIs(t, Forgotten("a", 1, 4), ErrBehind)
	assert.ErrorContains(t, Forgotten("a", 1, 4), `keep: of replica "a", 1 is known and all up to 4 are in a snapshot`)
}
