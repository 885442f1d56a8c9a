-- An output filter that adds a header before the first bytes of the response.
function add_header(r)
    r.headers_out["X-From-Lua-Filter"] = "1"
    coroutine.yield()
    while bucket do
        coroutine.yield(bucket)
    end
end
