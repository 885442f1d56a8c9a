-- The same as respond.pl in Lua. A header's second line goes into httpd's other table, the one for error responses.
function handle(r)
    local variant = r.uri:match("(%w+)$")
    local file = assert(io.open(r.document_root .. "/neighbours/variants/" .. variant .. ".asis"))
    local seen = {}
    for line in file:lines() do
        local name, value = line:match("^([^:]+): (.*)$")
        if name == nil then
            break
        elseif name == "Status" then
            r.status = tonumber(value:match("^%d+"))
        elseif name == "Content-Type" then
            r.content_type = value
        elseif seen[name] then
            r.err_headers_out[name] = value
        else
            r.headers_out[name] = value
            seen[name] = true
        end
    end
    r:puts(file:read("*a"), "by Lua\n")
    file:close()
    return apache2.OK
end
