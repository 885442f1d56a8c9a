import {
  CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';

const KEY = { Bucket: 'bucket', Key: 'a folder/ü+%2F&.txt' };

export default async function client(base) {
  const s3 = new S3Client({
    endpoint: base, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...KEY, Metadata: { title: 'hello' } }));
  const { ETag } = await s3.send(new UploadPartCommand({ ...KEY, UploadId, PartNumber: 1, Body: 'x'.repeat(100) }));
  const parts = { ...KEY, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
  const failed = await s3.send(new CompleteMultipartUploadCommand(parts)).then(() => null, (error) => error.name);
  if (failed) return { partHasETag: Boolean(ETag), failed };
  const { Metadata } = await s3.send(new HeadObjectCommand(KEY));
  const whole = await s3.send(new GetObjectCommand(KEY));
  const part = await s3.send(new GetObjectCommand({ ...KEY, Range: 'bytes=0-9' }));
  const missing = await s3.send(new HeadObjectCommand({ ...KEY, Key: 'none' })).catch((error) => error.name);
  return { partHasETag: Boolean(ETag), metadata: Metadata, body: await whole.Body.transformToString(), range: part.ContentRange, missing };
}
