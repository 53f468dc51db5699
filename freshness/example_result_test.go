package freshness_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// Until NextCheck there is no need to ask the warehouse.
func ExampleResult() {
	by7 := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}
	now := time.Date(2021, 3, 4, 20, 0, 0, 0, time.UTC)
	r := by7.Check(freshness.LandedAt(now.Add(-12*time.Hour)), now)
	r.Asset = "mart.orders"

	fmt.Println(r)
	fmt.Println("late by", r.Late, "for", r.LastDue.Format(time.DateTime))
	fmt.Println("fresh until", r.FreshUntil.Format(time.DateTime))
	fmt.Println("look again at", r.NextCheck.Format(time.RFC3339Nano))
	// Output:
	// mart.orders: fresh (not-due): landed 2021-03-04 08:00:00 UTC, 1h late for 2021-03-04 07:00:00 UTC, due 2021-03-05 07:00:00 UTC, 11h left
	// late by 1h0m0s for 2021-03-04 07:00:00
	// fresh until 2021-03-05 07:00:00
	// look again at 2021-03-05T06:00:00.000000001Z
}

func ExampleResult_MarshalJSON() {
	now := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	r := freshness.MaxAge{Fail: time.Hour}.Check(freshness.LandedAt(now.Add(-2*time.Hour)), now)
	text, err := json.MarshalIndent(r, "", "  ")
	fmt.Println(string(text), err)
	// Output:
	// {
	//   "status": "stale",
	//   "reason": "past-limit",
	//   "at": "2021-03-04T12:00:00Z",
	//   "landing": {
	//     "at": "2021-03-04T10:00:00Z"
	//   },
	//   "due": "2021-03-04T11:00:00Z",
	//   "slack": "-1h0m0s",
	//   "age": "2h0m0s"
	// } <nil>
}

// A probe that fails leaves its asset unknown, and not fresh.
func ExampleNotMeasured() {
	now := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	fmt.Println(freshness.NotMeasured(errors.New("permission denied for table orders"), now))
	// Output:
	// unknown (not-measured): permission denied for table orders
}

func ExampleStatus_UnmarshalText() {
	var s freshness.Status
	fmt.Println(s.UnmarshalText([]byte("At-Risk")), s)
	fmt.Println(s.UnmarshalText([]byte("late")))
	// Output:
	// <nil> at-risk
	// status: "late" is none of unknown, fresh, at-risk, stale
}

func ExampleDecodePolicy() {
	p, err := freshness.DecodePolicy([]byte(`{"max_age": {"warn": "1h", "fail": "2h"}}`))
	fmt.Printf("%T %v\n", p, err)

	_, err = freshness.DecodePolicy([]byte(`{"any_of": [
		{"max_age": {"wran": "1h", "fail": "-2h"}},
		{"deadline": {"due": "@daily", "grace": 5}}
	]}`))
	fmt.Println(err)
	// Output:
	// freshness.MaxAge <nil>
	// any_of[0].max_age.wran: unknown field: want warn, fail, skew, since, hours (line 2, offset 28)
	// any_of[0].max_age.fail: -2h0m0s is negative (line 2, offset 50)
	// any_of[1].deadline.grace: want text in quotes, not 5 (line 3, offset 101)
}

func ExampleEncodePolicy() {
	text, err := freshness.EncodePolicy(freshness.AllOf{
		freshness.Cadence{Every: 15 * time.Minute},
		freshness.Deadline{Due: schedule.MustParse("CRON_TZ=Europe/Dublin 0 7 * * mon-fri"), Warn: time.Hour},
	})
	fmt.Println(string(text), err)
	// Output:
	// {"all_of":[{"cadence":{"every":"15m0s"}},{"deadline":{"due":"CRON_TZ=Europe/Dublin 0 7 * * 1-5","warn":"1h0m0s"}}]} <nil>
}

func ExampleFieldError() {
	err := freshness.MaxAge{Warn: 3 * time.Hour, Fail: 2 * time.Hour}.Validate()
	var fault *freshness.FieldError
	if errors.As(err, &fault) {
		fmt.Println(fault.Path)
		fmt.Println(err)
	}
	// Output:
	// warn
	// warn: 3h0m0s is longer than fail, 2h0m0s
}

// Reports of one source may be added over and over, in any order.
func ExampleLandings_Add() {
	noon := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	landed := freshness.LandedAt(noon, noon.Add(-time.Hour))
	landed = landed.Add(freshness.Landing{At: noon, Rows: 42}, freshness.Landing{At: noon.Add(-2 * time.Hour)})
	for _, l := range landed {
		fmt.Println(l.At.Format(time.TimeOnly), l.Rows)
	}
	// Output:
	// 10:00:00 0
	// 11:00:00 0
	// 12:00:00 42
}
