package io.tidemark.protocol.server;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients what is served, and remembers what they are.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/qRJ4Bw">KIP-511: client name and version</a>
 * @see <a href="https://issues.apache.org/jira/browse/KAFKA-18659">KAFKA-18659: why Produce is
 *     advertised from v0</a>
 */
final class ApiVersionsHandler
        implements ApiHandler<ApiVersionsRequestData, ApiVersionsResponseData> {
    private static final short FIRST_VERSION_WITH_SOFTWARE = 3;
    private static final short FIRST_VERSION_WITH_MIN_LEVEL_ZERO = 4;
    private static final Pattern SOFTWARE =
            Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]{0,254}[a-zA-Z0-9])?");

    private final Supplier<Features> features;
    private List<ApiTable.Api> served = List.of();

    ApiVersionsHandler(Supplier<Features> features) {
        this.features = features;
    }

    /** Says what is served; before the first request. */
    void advertise(ApiTable apis) {
        served = apis.all();
    }

    @Override
    public short apiKey() {
        return ApiMessageType.API_VERSIONS.apiKey();
    }

    @Override
    public short minVersion() {
        return ApiMessageType.API_VERSIONS.lowestSupportedVersion();
    }

    @Override
    public short maxVersion() {
        return ApiMessageType.API_VERSIONS.highestSupportedVersion(false);
    }

    @Override
    public CompletionStage<@Nullable ApiVersionsResponseData> handle(
            RequestContext context, ApiVersionsRequestData request) {
        short version = context.apiVersion();
        if (version >= FIRST_VERSION_WITH_SOFTWARE) {
            String name = request.clientSoftwareName();
            String softwareVersion = request.clientSoftwareVersion();
            if (!SOFTWARE.matcher(name).matches() || !SOFTWARE.matcher(softwareVersion).matches()) {
                return CompletableFuture.completedFuture(
                        new ApiVersionsResponseData()
                                .setErrorCode(ErrorCode.INVALID_REQUEST.number()));
            }
            ((ServerConnection) context.connection()).clientSoftware(name + " " + softwareVersion);
        }
        return CompletableFuture.completedFuture(response(version));
    }

    private ApiVersionsResponseData response(short version) {
        ApiVersionsResponseData response = new ApiVersionsResponseData();
        for (ApiTable.Api api : served) {
            response.apiKeys().add(range(api));
        }
        Features current = features.get();
        response.setFinalizedFeaturesEpoch(current.epoch());
        for (Features.Feature feature : current.features()) {
            if (feature.minVersion() > 0 || version >= FIRST_VERSION_WITH_MIN_LEVEL_ZERO) {
                response.supportedFeatures()
                        .add(
                                new SupportedFeatureKey()
                                        .setName(feature.name())
                                        .setMinVersion(feature.minVersion())
                                        .setMaxVersion(feature.maxVersion()));
            }
            if (feature.finalizedLevel() > 0) {
                response.finalizedFeatures()
                        .add(
                                new FinalizedFeatureKey()
                                        .setName(feature.name())
                                        .setMinVersionLevel(feature.finalizedLevel())
                                        .setMaxVersionLevel(feature.finalizedLevel()));
            }
        }
        return response;
    }

    /** The answer, in version 0, to a request of a version that is not served. */
    ApiVersionsResponseData unsupportedVersion() {
        ApiVersionsResponseData response =
                new ApiVersionsResponseData().setErrorCode(ErrorCode.UNSUPPORTED_VERSION.number());
        response.apiKeys()
                .add(
                        new ApiVersion()
                                .setApiKey(apiKey())
                                .setMinVersion(minVersion())
                                .setMaxVersion(maxVersion()));
        return response;
    }

    private static ApiVersion range(ApiTable.Api api) {
        short min = api.type() == ApiMessageType.PRODUCE ? 0 : api.minVersion();
        return new ApiVersion()
                .setApiKey(api.key())
                .setMinVersion(min)
                .setMaxVersion(api.maxVersion());
    }
}
