package io.tidemark.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import io.tidemark.gateway.api.Declared;
import io.tidemark.gateway.error.ApiError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Headers that change what a request means in ways that nothing here does: passing over them would
 * do something else than was asked. Those that HTTP lets a server pass over (Range and conditions
 * of a GET, Accept-Language) are.
 */
final class AskedInVain {

    /** Of two, whoever reads the first passes over the other. */
    private static final List<AsciiString> SINGLE =
            List.of(
                    HttpHeaderNames.HOST,
                    HttpHeaderNames.CONTENT_TYPE,
                    HttpHeaderNames.CONTENT_ENCODING,
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.EXPECT,
                    HttpHeaderNames.ORIGIN);

    private static final List<CharSequence> CONDITIONS =
            List.of(
                    HttpHeaderNames.IF_MATCH,
                    HttpHeaderNames.IF_UNMODIFIED_SINCE,
                    HttpHeaderNames.IF_NONE_MATCH,
                    HttpHeaderNames.IF_MODIFIED_SINCE,
                    HttpHeaderNames.IF_RANGE,
                    HttpHeaderNames.CONTENT_RANGE);
    private static final List<AsciiString> OTHER_METHODS =
            List.of(
                    AsciiString.cached("X-HTTP-Method-Override"),
                    AsciiString.cached("X-HTTP-Method"),
                    AsciiString.cached("X-Method-Override"));

    private AskedInVain() {}

    /** The refusal of a request that asks for such a thing. */
    static @Nullable ApiError refusal(HttpMethod method, HttpHeaders headers) {
        for (AsciiString name : SINGLE) {
            if (Declared.comesTwice(headers, name)) {
                return ApiError.badRequest(name + ": it comes more than once.");
            }
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            return new ApiError(417, 417, "Expect: '" + expect + "' cannot be met.");
        }
        String transfer = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        if (transfer != null && !transfer.equalsIgnoreCase("chunked")) {
            return new ApiError(
                    501, 501, "Transfer-Encoding: '" + transfer + "' is not taken; chunked is.");
        }
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            return null;
        }
        for (CharSequence condition : CONDITIONS) {
            if (headers.contains(condition)) {
                return ApiError.badRequest(
                        condition + ": what is here has no versions to compare, and no parts.");
            }
        }
        for (AsciiString other : OTHER_METHODS) {
            if (headers.contains(other)) {
                return ApiError.badRequest(other + ": send the method that is meant.");
            }
        }
        return null;
    }
}
