"""Errors of a recording's storage, each with the one cause that it has.

Codes: Amazon's "Error responses" of the S3 API, which other storages speak too, and those of Azure
Blob Storage; texts of aws-sdk-go-v2 and of Google's client, as livekit-egress repeats them.
"""

from app.services.explanations import table

STORAGE = table(
    (
        (
            r"(s3|upload|request send failed).*no such host",
            "The host name of the storage doesn't resolve.",
            "If an endpoint is set, turn on force path style: otherwise the bucket becomes a part "
            "of the host name. If none is set, check the region.",
        ),
        (
            r"(s3|upload|request send failed).*connection refused",
            "Nothing accepts connections at the endpoint of the storage.",
            "Check the endpoint's host and port, and that the worker can reach it: in a container, "
            "localhost is the container itself.",
        ),
        (
            r"nosuchbucket|containernotfound|specified (bucket|container) does not exist"
            r"|bucket (doesn't|does not) exist",
            "The bucket doesn't exist.",
            "Check its name, and the region and endpoint. The worker doesn't create buckets.",
        ),
        (
            "signaturedoesnotmatch",
            "The secret doesn't belong to the access key.",
            "Enter the secret again: a character is missing, added or wrong.",
        ),
        (
            "invalidaccesskeyid",
            "The storage doesn't know the access key.",
            "Check the key, and that the endpoint is that of the storage which issued it.",
        ),
        (
            "authenticationfailed",  # Azure
            "The storage rejected the account key.",
            "Check the account and its key.",
        ),
        (
            "permanentredirect|authorizationheadermalformed|bucketregionerror",
            "The bucket is in another region.",
            "Set the region that the bucket was created in.",
        ),
        (
            "requesttimetooskewed",
            "The clock of the worker's machine is wrong.",
            "Synchronize it, by NTP for example: S3 accepts a difference of 15 minutes.",
        ),
        (
            "expiredtoken",
            "The session token has expired.",
            "Start the job again with new temporary credentials.",
        ),
        (
            "no ec2 imds role found|could not find default credentials|failed to refresh cached",
            "The worker has no credentials for the storage.",
            "Enter an access key and its secret, or give the worker's machine a role.",
        ),
        (
            r"accessdenied|statuscode: 403|storage\.objects\.create|authorizationpermissionmismatch"
            r"|upload.*(access denied|forbidden)",
            "Recorded, but the upload failed: access denied.",
            "Allow the credentials to write to this bucket and path (s3:PutObject). If none were "
            "entered, this applies to the worker's own role.",
        ),
        (
            "quotaexceeded|storagefull|insufficient storage",
            "The storage is full.",
            "Free space or raise its quota, then start the job again.",
        ),
        (
            r"upload.*(x509|certificate)",
            "The worker doesn't trust the TLS certificate of the storage.",
            "Install the certificate authority on the worker's machine, or check the endpoint.",
        ),
    )
)
