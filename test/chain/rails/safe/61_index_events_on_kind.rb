# The index on the partitioned table is valid once each partition's is attached
class IndexEventsOnKind < ActiveRecord::Migration[6.1]
  def up
    execute "CREATE INDEX events_kind_idx ON ONLY events (kind)"
  end
end
