# The tables as they were before the application came to use migrations
class Baseline < ActiveRecord::Migration[6.1]
end
