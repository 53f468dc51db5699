package history

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// String returns one line: the chance with its interval and what was counted, then when to expect
// the landing, then the verdict with its threshold.
//
//	34% by 2021-03-04 07:00 UTC (27% to 43%: of 153 days without a landing
//	by then, 52 landed in time); expected 2021-03-04 07:12 UTC (from …
//	to …); it will be missed: below 50%
//
// Chances are rounded to whole percents, but 0% and 100% are exact.
func (p Prediction) String() string {
	switch {
	case p.Landed && p.Miss:
		late := plain.Duration(p.Expected.Sub(p.Due))
		return fmt.Sprintf("landed at %s, %s late", plain.Minute(p.Expected), late)
	case p.Landed:
		return "landed at " + plain.Minute(p.Expected) + ", in time"
	case p.Err != nil:
		return "no prediction: " + fault.Text(p.Err)
	case p.At.After(p.Due):
		return "missed: due " + plain.Minute(p.Due) + p.expectation()
	}
	return p.odds() + p.expectation() + p.verdict()
}

func (p Prediction) odds() string {
	if p.Sample == "" {
		return "no prediction"
	}
	return fmt.Sprintf("%s by %s (%s to %s: of %d %s without a landing by then, %d landed in time)",
		plain.Chance(p.Chance), plain.Minute(p.Due), plain.Chance(p.Low), plain.Chance(p.High),
		p.Waiting, p.Sample, p.InTime)
}

func (p Prediction) expectation() string {
	if p.Expected.IsZero() {
		return ""
	}
	return fmt.Sprintf("; expected %s (from %s to %s)",
		plain.Minute(p.Expected), plain.Minute(p.Earliest), plain.Minute(p.Latest))
}

func (p Prediction) verdict() string {
	switch {
	case p.Miss:
		return fmt.Sprintf("; it will be missed: below %s", plain.Chance(missBelow))
	case p.Sample == "":
		return ""
	}
	return fmt.Sprintf("; it will be kept: not below %s", plain.Chance(missBelow))
}

type jsonPrediction struct {
	At       time.Time `json:"at"`
	Due      time.Time `json:"due"`
	Landed   bool      `json:"landed,omitempty"`
	Miss     bool      `json:"miss"`
	Chance   *float64  `json:"chance,omitempty"`
	Low      *float64  `json:"low,omitempty"`
	High     *float64  `json:"high,omitempty"`
	Earliest time.Time `json:"earliest,omitzero"`
	Expected time.Time `json:"expected,omitzero"`
	Latest   time.Time `json:"latest,omitzero"`
	Sample   string    `json:"sample,omitempty"`
	Waiting  int       `json:"waiting,omitempty"`
	InTime   int       `json:"in_time,omitempty"`
	Err      string    `json:"error,omitempty"`
}

// MarshalJSON writes an object whose fields are named as those of Prediction, in lower case with
// underscores; Err is "error". "chance", "low" and "high" are left out if there is an error, and so
// are instants that are not known.
func (p Prediction) MarshalJSON() ([]byte, error) {
	out := jsonPrediction{
		At: p.At, Due: p.Due, Landed: p.Landed, Miss: p.Miss,
		Earliest: p.Earliest, Expected: p.Expected, Latest: p.Latest,
		Sample: p.Sample, Waiting: p.Waiting, InTime: p.InTime,
	}
	if p.Err != nil {
		out.Err = fault.Text(p.Err)
	} else {
		out.Chance, out.Low, out.High = &p.Chance, &p.Low, &p.High
	}
	return json.Marshal(out)
}
