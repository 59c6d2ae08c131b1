class AttachIndexesOnKind < ActiveRecord::Migration[6.1]
  def up
    %w[events_q1 events_q2 events_q3 events_q4].each do |partition|
      execute "ALTER INDEX events_kind_idx ATTACH PARTITION #{partition}_kind_idx"
    end
  end
end
