module github.com/alwaysp1/alwaysp1/internal/bench

go 1.25.0

require (
	github.com/alwaysp1/alwaysp1 v0.0.0
	github.com/netresearch/go-cron v0.9.1
	github.com/robfig/cron/v3 v3.0.1
)

replace github.com/alwaysp1/alwaysp1 => ../..
