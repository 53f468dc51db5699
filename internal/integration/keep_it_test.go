package integration

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/database"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/incident/sqljournal"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/sqlstore"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// Example_keepIt is the README's program that keeps state on one machine. Each run goes on where
// the one before was killed.
func Example_keepIt() {
	dir, err := os.MkdirTemp("", "keep")
	must(err)
	defer os.RemoveAll(dir)
	ctx, now, catalog := context.Background(), time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC), answers()
	path := filepath.Join(dir, "state.db")
	for range 3 { // as if the program had been killed and started again
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
		must(err)
		must(sqlstore.Migrate(ctx, db))
		store, err := sqlstore.Open(ctx, db)
		must(err)
		t := tracker.New(catalog)
		t.Replica = "answers-1"
		keeper, err := keep.Open(ctx, t, store)
		must(err)
		must(keeper.Record(ctx, "answers/good", now, 999, 1)) // kept when it returns; or t.Record, and go keeper.Run(ctx)

		report, _ := t.Report("answers", now.Add(time.Minute))
		fmt.Println(report)
		must(db.Close())
	}
	// Output:
	// answers: met: good: 99.9% of 1000 good, target 99.5%, 4 more may be bad, 80% of the budget left
	// answers: met: good: 99.9% of 2000 good, target 99.5%, 8 more may be bad, 80% of the budget left
	// answers: met: good: 99.9% of 3000 good, target 99.5%, 12 more may be bad, 80% of the budget left
}

// Example_keepItTogether is what the README states about replicas: they share a PostgreSQL.
func Example_keepItTogether() {
	ctx, now, catalog := context.Background(), time.Now(), answers()
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	must(err)
	must(sqlstore.Migrate(ctx, db))
	store, err := sqlstore.Open(ctx, db)
	must(err)
	t := tracker.New(catalog)
	t.Replica, err = os.Hostname()
	must(err)
	keeper, err := keep.Open(ctx, t, store)
	must(err)
	must(keeper.Record(ctx, "answers/good", now, 999, 1))
}

// Example_keepIncidents is what the README states about incidents.
func Example_keepIncidents() {
	db, err := sql.Open("sqlite", "file::memory:?cache=shared")
	must(err)
	defer db.Close()
	ctx, classifier := context.Background(), priority.NewClassifier(answers())

	must(sqljournal.Migrate(ctx, db))
	desk := incident.NewDesk(classifier)
	desk.Store, err = sqljournal.Open(ctx, db)
	must(err)

	_, _, err = desk.Signal(ctx, priority.Signal{Asset: "api", Kind: priority.KindFailure, Summary: "answers 500"})
	must(err)
	another := incident.NewDesk(classifier)
	another.Store, err = sqljournal.Open(ctx, db)
	must(err)
	must(another.Sync(ctx))
	for _, open := range another.Incidents() {
		fmt.Println(open.Assessment.Priority, open.ID)
	}
	// Output:
	// P1 inc-1
}

// TestKeepItTogether runs the example for replicas as several of them would.
func TestKeepItTogether(t *testing.T) {
	t.Setenv("DATABASE_URL", database.PostgresDSN(t))
	for range 3 {
		Example_keepItTogether()
	}
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	require.NoError(t, err)
	defer db.Close()
	store, err := sqlstore.Open(t.Context(), db)
	require.NoError(t, err)
	tr := tracker.New(answers())
	tr.Replica = "reader"
	_, err = keep.Open(t.Context(), tr, store)
	require.NoError(t, err)
	report, _ := tr.Report("answers", time.Now().Add(time.Minute))
	require.Equal(t, sla.Counts{Good: 2997, Bad: 3}, report.Objectives[0].Budget.Counts)
}

// answers returns a catalog of one SLA, about the answers of a service.
func answers() *sla.Catalog {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "answers", Name: "Answers are good", Consumers: []string{"everybody"},
		Objectives: []sla.Objective{{Name: "good", Asset: "api", Target: sla.MustTarget("99.5%"), Window: sla.Rolling(28 * sla.Day)}},
	}})
	must(err)
	return catalog
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
