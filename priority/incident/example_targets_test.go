package incident_test

import (
	"context"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// Who has an hour of working time to acknowledge is not late before the office has been open for an
// hour.
func ExampleIncident_Overdue() {
	office, err := schedule.ParseCalendar("TZ=Europe/Dublin mon-fri 09:00-17:00")
	if err != nil {
		panic(err)
	}
	desk := incident.NewDesk(nil)
	desk.Targets = map[priority.Priority]incident.ResponseTargets{priority.P1: {Acknowledge: time.Hour,
		Resolve: 16 * time.Hour, Calendar: office}}

	friday := time.Date(2026, 3, 6, 16, 30, 0, 0, time.UTC)
	opened, _, _ := desk.Signal(context.Background(), priority.Signal{Asset: "raw.orders", At: friday})
	monday := time.Date(2026, 3, 9, 9, 30, 0, 0, time.UTC)
	fmt.Println(opened.Overdue(monday).Acknowledge, opened.Needs(monday)[0])
	fmt.Println(opened.Overdue(monday.Add(5*time.Minute)).Acknowledge,
		opened.Needs(monday.Add(5 * time.Minute))[0])
	// Output:
	// 0s an owner
	// 5m0s an owner (5m overdue)
}
