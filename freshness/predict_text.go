package freshness

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// String says it in a line, the chance with its interval and what was counted,
// then when to expect the landing, then the verdict with its threshold:
//
//	34 % by 2021-03-04 07:00 UTC (27 % to 43 %: of 153 days without a landing
//	by then, 52 landed in time); expected 2021-03-04 07:12 UTC (from …
//	to …); it will be missed: below 50 %
//
// Shares are rounded to whole percents, but 0 % and 100 % are exact.
func (p Prediction) String() string {
	switch {
	case p.Landed && p.Miss:
		return fmt.Sprintf("landed at %s, %s late", stamp(p.Expected), p.Expected.Sub(p.Due))
	case p.Landed:
		return "landed at " + stamp(p.Expected) + ", in time"
	case p.Err != nil:
		return "no prediction: " + errorText(p.Err)
	case p.At.After(p.Due):
		return "missed: due " + stamp(p.Due) + p.expectation()
	}
	return p.odds() + p.expectation() + p.verdict()
}

func (p Prediction) odds() string {
	if p.Sample == "" {
		return "no prediction"
	}
	return fmt.Sprintf("%s by %s (%s to %s: of %d %s without a landing by then, %d landed in time)",
		percent(p.Chance), stamp(p.Due), percent(p.Low), percent(p.High), p.Waiting, p.Sample, p.InTime)
}

func (p Prediction) expectation() string {
	if p.Expected.IsZero() {
		return ""
	}
	return fmt.Sprintf("; expected %s (from %s to %s)", stamp(p.Expected), stamp(p.Earliest), stamp(p.Latest))
}

func (p Prediction) verdict() string {
	switch {
	case p.Miss:
		return fmt.Sprintf("; it will be missed: below %s", percent(MissBelow))
	case p.Sample == "":
		return ""
	}
	return fmt.Sprintf("; it will be kept: not below %s", percent(MissBelow))
}

// stamp writes an instant to the minute, in its own location.
func stamp(t time.Time) string { return t.Format("2006-01-02 15:04 MST") }

// percent writes a share as a whole percent. Only 0 and 1 are written as 0 %
// and 100 %.
func percent(share float64) string {
	whole := math.Round(share * 100)
	switch {
	case share > 0 && whole == 0:
		return "under 1 %"
	case share < 1 && whole == 100:
		return "over 99 %"
	}
	return fmt.Sprintf("%.0f %%", whole)
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

// MarshalJSON writes the prediction as an object whose fields are named as
// those of Prediction, in lower case with underscores. "chance", "low" and
// "high" are left out when there is an error, and instants that are not known.
func (p Prediction) MarshalJSON() ([]byte, error) {
	out := jsonPrediction{
		At: p.At, Due: p.Due, Landed: p.Landed, Miss: p.Miss,
		Earliest: p.Earliest, Expected: p.Expected, Latest: p.Latest,
		Sample: p.Sample, Waiting: p.Waiting, InTime: p.InTime,
	}
	if p.Err != nil {
		out.Err = errorText(p.Err)
	} else {
		out.Chance, out.Low, out.High = &p.Chance, &p.Low, &p.High
	}
	return json.Marshal(out)
}
