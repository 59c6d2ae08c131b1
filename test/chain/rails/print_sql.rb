# ActiveRecord cannot print a migration's SQL without running it. Loaded by
# "rake -r", this writes what a run has sent to the file that SQL_LOG names.

require "active_support/notifications"

log = File.open(ENV.fetch("SQL_LOG"), "w")
ActiveSupport::Notifications.subscribe("sql.active_record") do |*, payload|
  sql = payload[:sql].strip
  next if payload[:name] == "SCHEMA" || sql.match?(/\A(SELECT|SET|SHOW)\b|ar_internal_metadata|schema_migrations/)

  log.puts "#{sql.delete_suffix(';')};"
  log.flush
end
