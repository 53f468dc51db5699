package faults

import (
	"testing"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	incidenttest "github.com/alwaysp1/alwaysp1/priority/incident/storetest"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	keeptest "github.com/alwaysp1/alwaysp1/sla/keep/storetest"
)

// A strict server, which refuses what others cut short or replace, and reads double quotes as
// names, changes nothing. The tests of the other packages run on one that is not strict.
func TestStrictModes(t *testing.T) {
	db := database.MariaDB(t, "sql_mode=%27TRADITIONAL%2CANSI%27")
	keeptest.Run(t, func(t *testing.T) keep.Store {
		empty(t, db)
		counts, _ := stores(t, db)
		return counts
	})
	incidenttest.Run(t, func(t *testing.T) incident.Store {
		empty(t, db)
		_, record := stores(t, db)
		return record
	}, nil)
}
