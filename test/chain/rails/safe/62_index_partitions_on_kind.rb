class IndexPartitionsOnKind < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def up
    %w[events_q1 events_q2 events_q3 events_q4].each do |partition|
      add_index partition, :kind, name: "#{partition}_kind_idx", algorithm: :concurrently
    end
  end
end
