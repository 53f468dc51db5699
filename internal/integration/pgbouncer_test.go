package integration

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	incidentstore "github.com/alwaysp1/alwaysp1/priority/incident/storetest"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	keepstore "github.com/alwaysp1/alwaysp1/sla/keep/storetest"
)

// A pooler that gives each transaction another connection changes nothing: both stores keep what
// they promise, and so do replicas under load.
func TestPgBouncer(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			keepPromises(t, database.PgBouncer(t, database.NewCluster(t))+" default_query_exec_mode="+mode)
		})
	}
}

func keepPromises(t *testing.T, dsn string) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	defer db.Close()
	t.Run("keep", func(t *testing.T) {
		keepstore.Run(t, func(t *testing.T) keep.Store { return kept(t, db) })
	})
	t.Run("incident", func(t *testing.T) {
		incidentstore.Run(t, func(t *testing.T) incident.Store { return journal(t, db) }, nil)
	})
	t.Run("load", func(t *testing.T) {
		kept(t, db)
		journal(t, db)
		l := newLoad(t, "pgx", dsn, 4)
		l.run(func() { time.Sleep(time.Second) })
		l.check()
	})
}
