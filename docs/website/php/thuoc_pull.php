<?php
/**
 * Kéo các thỏa ước đã công bố từ Thước, chỉ phần đổi từ lần trước. Dùng chung cho WordPress, Drupal hoặc PHP thường.
 *
 * PHP 7.4 trở lên. Không cần thư viện nào.
 */

/**
 * Một lượt kéo.
 *
 * @param string   $server Địa chỉ của Thước, ví dụ https://thuoc.vi-du.vn
 * @param array    $state  Kết quả của lượt trước; [] ở lượt đầu.
 * @param callable $get    function (string $url, ?string $etag): array — trả [mã HTTP, nội dung, ETag].
 * @param callable $save   function (array $item): void — thêm hoặc thay một thỏa ước.
 * @param callable $remove function (string $id): void — bỏ một thỏa ước; gọi cả với mã chưa từng lưu.
 * @param string   $filter Bộ lọc thêm vào, ví dụ 'province=H%C3%A0%20T%C4%A9nh'. Đổi bộ lọc thì xóa $state.
 * @return array Trạng thái để giữ cho lượt sau: since, etag; not_modified cho biết lượt này không có gì mới.
 * @throws RuntimeException Khi máy chủ trả lời khác 200 và 304. Lượt sau làm lại từ chỗ dở.
 */
function thuoc_pull(string $server, array $state, callable $get, callable $save, callable $remove, string $filter = ''): array
{
    $since = $state['since'] ?? '2000-01-01T00:00:00Z';
    $etag = $state['etag'] ?? null;
    while (true) {
        $url = rtrim($server, '/') . '/api/v1/publications?limit=100&changed_since=' . rawurlencode($since)
            . ($filter === '' ? '' : '&' . $filter);
        [$status, $body, $new_etag] = $get($url, $etag);
        if ($status === 304) {
            return ['since' => $since, 'etag' => $etag, 'not_modified' => true];
        }
        if ($status !== 200) {
            throw new RuntimeException("Thước trả lời HTTP $status cho $url");
        }
        $page = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        foreach ($page['items'] as $item) {
            if ($item['withdrawn']) {
                $remove($item['id']);
            } else {
                $save($item);
            }
        }
        if (count($page['items']) === 0) {
            return ['since' => $since, 'etag' => $new_etag, 'not_modified' => false];
        }
        $since = $page['next_changed_since'];
        $etag = null;
    }
}

/**
 * Chữ ký của một webhook có đúng không: đúng khóa, đúng nội dung, và mới gửi trong năm phút.
 *
 * @param string $header Tiêu đề X-Thuoc-Signature.
 * @param string $body   Nội dung nguyên vẹn, chưa qua json_decode.
 */
function thuoc_signature_ok(string $header, string $secret, string $body, ?int $now = null): bool
{
    if ($secret === '' || !preg_match('/^t=(\d{1,12}),v1=([0-9a-f]{64})$/D', $header, $found)) {
        return false;
    }
    if (abs(($now ?? time()) - (int) $found[1]) > 300) {
        return false;
    }
    return hash_equals(hash_hmac('sha256', $found[1] . '.' . $body, $secret), $found[2]);
}
