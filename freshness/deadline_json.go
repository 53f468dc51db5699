package freshness

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

func (p Deadline) encode(*fault.List, string) (string, any) {
	return "deadline", struct {
		Due        schedule.Schedule `json:"due"`
		Lookback   jsontree.Duration `json:"lookback,omitzero"`
		Warn       jsontree.Duration `json:"warn,omitzero"`
		Grace      jsontree.Duration `json:"grace,omitzero"`
		Skew       jsontree.Duration `json:"skew,omitzero"`
		Since      time.Time         `json:"since,omitzero"`
		Partition  string            `json:"partition,omitzero"`
		DaysBack   int               `json:"days_back,omitzero"`
		MinRows    int64             `json:"min_rows,omitzero"`
		MinPercent int               `json:"min_percent,omitzero"`
	}{
		p.Due, jsontree.Duration(p.Lookback), jsontree.Duration(p.Warn),
		jsontree.Duration(p.Grace), jsontree.Duration(p.Skew),
		p.Since, p.Partition, p.DaysBack, p.MinRows, p.MinPercent,
	}
}

func decodeDeadline(d *decoder, path string, v jsontree.Value, _ int) Policy {
	var p Deadline
	d.Object(path, v,
		jsontree.On("due", d.Unmarshal(&p.Due)),
		jsontree.On("lookback", d.Duration(&p.Lookback)),
		jsontree.On("warn", d.Duration(&p.Warn)),
		jsontree.On("grace", d.Duration(&p.Grace)),
		jsontree.On("skew", d.Duration(&p.Skew)),
		jsontree.On("since", d.Instant(&p.Since)),
		jsontree.On("partition", d.Text(&p.Partition)),
		jsontree.On("days_back", jsontree.Number(&d.Decoder, &p.DaysBack)),
		jsontree.On("min_rows", jsontree.Number(&d.Decoder, &p.MinRows)),
		jsontree.On("min_percent", jsontree.Number(&d.Decoder, &p.MinPercent)),
	)
	d.valid(path, p)
	return p
}
