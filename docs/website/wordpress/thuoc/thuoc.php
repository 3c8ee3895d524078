<?php
/**
 * Plugin Name: Thước – thỏa ước lao động tập thể tốt
 * Description: Kéo các thỏa ước đã công bố từ Thước thành bài viết; bài của thỏa ước bị gỡ được bỏ theo.
 * Version: 1.0
 * Requires PHP: 7.4
 */

if (!defined('ABSPATH')) {
    exit;
}
require_once __DIR__ . '/thuoc_pull.php';

add_action('init', function () {
    register_post_type('thoa_uoc', [
        'label' => 'Thỏa ước tốt',
        'public' => true,
        'has_archive' => true,
        'rewrite' => ['slug' => 'thoa-uoc'],
        'supports' => ['title', 'editor', 'custom-fields'],
        'menu_icon' => 'dashicons-media-document',
    ]);
    add_shortcode('thuoc', 'thuoc_shortcode');
    add_shortcode('thuoc_danh_sach', 'thuoc_list_shortcode');
});

register_activation_hook(__FILE__, function () {
    if (!wp_next_scheduled('thuoc_cron')) {
        wp_schedule_event(time(), 'hourly', 'thuoc_cron');
    }
});
register_deactivation_hook(__FILE__, function () {
    wp_clear_scheduled_hook('thuoc_cron');
});
add_action('thuoc_cron', 'thuoc_sync');

/** Kéo một lượt. Trả về trạng thái để ghi nhật ký. */
function thuoc_sync(): array
{
    $server = (string) get_option('thuoc_server', '');
    if ($server === '') {
        return [];
    }
    $state = thuoc_pull($server, (array) get_option('thuoc_state', []), 'thuoc_get', 'thuoc_save', 'thuoc_remove');
    update_option('thuoc_state', $state, false);
    return $state;
}

function thuoc_get(string $url, ?string $etag = null): array
{
    $answer = wp_remote_get($url, ['timeout' => 20, 'headers' => $etag === null ? [] : ['If-None-Match' => $etag]]);
    if (is_wp_error($answer)) {
        throw new RuntimeException($answer->get_error_message());
    }
    return [
        (int) wp_remote_retrieve_response_code($answer),
        (string) wp_remote_retrieve_body($answer),
        wp_remote_retrieve_header($answer, 'etag') ?: null,
    ];
}

function thuoc_post_of(string $id): int
{
    $found = get_posts([
        'post_type' => 'thoa_uoc',
        'post_status' => 'any',
        'numberposts' => 1,
        'fields' => 'ids',
        'meta_key' => '_thuoc_id',
        'meta_value' => $id,
    ]);
    return $found ? (int) $found[0] : 0;
}

function thuoc_save(array $item): void
{
    [$status, $html] = thuoc_get($item['links']['fragment']);
    if ($status === 410) { // bị gỡ ngay giữa lượt: bản ghi gỡ đến ở trang sau
        return;
    }
    if ($status !== 200) {
        throw new RuntimeException("Thước trả lời HTTP $status cho " . $item['links']['fragment']);
    }
    $done = wp_insert_post([
        'ID' => thuoc_post_of($item['id']),
        'post_type' => 'thoa_uoc',
        'post_status' => 'publish',
        'post_title' => sanitize_text_field(implode(' – ', array_filter([$item['title'], $item['employer']]))),
        'post_content' => wp_slash(wp_kses_post($html)),
        'meta_input' => [
            '_thuoc_id' => $item['id'],
            'loai' => $item['grade'],
            'tinh' => (string) $item['province'],
            'nganh' => (string) $item['sector'],
        ],
    ], true);
    if (is_wp_error($done)) {
        throw new RuntimeException($done->get_error_message());
    }
}

function thuoc_remove(string $id): void
{
    $post = thuoc_post_of($id);
    if ($post) {
        wp_delete_post($post, true);
    }
}

/** [thuoc id="MÃ"]: toàn văn một thỏa ước ở bất kỳ trang nào. */
function thuoc_shortcode($attributes): string
{
    $post = thuoc_post_of((string) (((array) $attributes)['id'] ?? ''));
    return $post ? (string) get_post_field('post_content', $post) : '';
}

/** [thuoc_danh_sach so="10"]: các thỏa ước mới nhất. */
function thuoc_list_shortcode($attributes): string
{
    $many = max(1, min(100, (int) (((array) $attributes)['so'] ?? 10)));
    $rows = '';
    foreach (get_posts(['post_type' => 'thoa_uoc', 'post_status' => 'publish', 'numberposts' => $many, 'fields' => 'ids']) as $post) {
        $rows .= '<li><a href="' . esc_url(get_permalink($post)) . '">' . esc_html(get_the_title($post)) . '</a> (loại '
            . esc_html((string) get_post_meta($post, 'loai', true)) . ')</li>';
    }
    return '<ul class="thuoc-danh-sach">' . $rows . '</ul>';
}

/** Địa chỉ nhận webhook: /wp-json/thuoc/v1/hook. Tin đúng chữ ký làm trang kéo ngay, không đợi đến giờ. */
add_action('rest_api_init', function () {
    register_rest_route('thuoc/v1', '/hook', [
        'methods' => 'POST',
        'permission_callback' => '__return_true', // chữ ký là quyền
        'callback' => 'thuoc_hook',
    ]);
});

function thuoc_hook($request)
{
    $secret = (string) get_option('thuoc_secret', '');
    if (!thuoc_signature_ok((string) $request->get_header('x_thuoc_signature'), $secret, (string) $request->get_body())) {
        return new WP_Error('thuoc_signature', 'Chữ ký không đúng', ['status' => 401]);
    }
    wp_schedule_single_event(time(), 'thuoc_cron');
    return ['ok' => true];
}

add_action('admin_init', function () {
    register_setting('thuoc', 'thuoc_server', ['sanitize_callback' => 'esc_url_raw']);
    register_setting('thuoc', 'thuoc_secret', ['sanitize_callback' => 'sanitize_text_field']);
});
add_action('admin_menu', function () {
    add_options_page('Thước', 'Thước', 'manage_options', 'thuoc', function () {
        echo '<div class="wrap"><h1>Thước</h1><form method="post" action="options.php">';
        settings_fields('thuoc');
        foreach (['thuoc_server' => 'Địa chỉ của Thước', 'thuoc_secret' => 'Khóa webhook (nếu dùng)'] as $name => $label) {
            $kind = $name === 'thuoc_secret' ? 'password' : 'url';
            echo '<p><label>' . esc_html($label) . '<br><input class="regular-text" type="' . $kind . '" name="' . $name . '" value="'
                . esc_attr((string) get_option($name, '')) . '"></label></p>';
        }
        submit_button();
        echo '</form></div>';
    });
});
