terraform import containers_azure_resource_group.web /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web
