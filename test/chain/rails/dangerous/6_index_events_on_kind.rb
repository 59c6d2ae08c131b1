class IndexEventsOnKind < ActiveRecord::Migration[6.1]
  def change
    add_index :events, :kind, name: "events_kind_idx"
  end
end
