package freshness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

func TestAPolicyForANewAssetJudgesNothingBefore(t *testing.T) {
	due, own := schedule.Daily(7, 0, nil), base.AddDate(0, 0, -1)
	of := func(since, kept time.Time) []Policy {
		leaves := []Policy{
			MaxAge{Fail: time.Hour, Since: since}, Cadence{Every: time.Hour, Since: since}, Deadline{Due: due, Since: since},
		}
		list := append([]Policy{MaxAge{Fail: time.Hour, Since: kept}}, leaves...)
		for _, p := range leaves {
			list = append(list, Paused{Policy: p}, During{Policy: p, Hours: weekdays}, AllOf{p}, AnyOf{Paused{Policy: p}, p})
		}
		return list
	}
	created := of(base, own)
	for i, p := range of(time.Time{}, own) {
		assert.Equal(t, created[i], NewAt(p, base))
	}
	parts := AllOf{MaxAge{Fail: time.Hour}}
	NewAt(parts, base)
	assert.Equal(t, AllOf{MaxAge{Fail: time.Hour}}, parts, "the policy itself stays as it was")
	assert.Nil(t, NewAt(nil, base))
}
