<?php
/**
 * Runs the plugin's sync with stand-ins for the WordPress functions it calls: HTTP is real, posts and options live in a JSON file.
 * usage: php wordpress.php PLUGIN_FOLDER STORE SERVER
 */
require __DIR__ . '/http.php';
define('ABSPATH', '/');
[, $plugin, $file, $server] = $argv;
$store = file_exists($file) ? json_decode(file_get_contents($file), true) : ['options' => ['thuoc_server' => $server], 'posts' => []];

class WP_Error
{
    public function __construct(public string $code = '', public string $message = '', public array $data = []) {}
    public function get_error_message() { return $this->message; }
}
foreach (['add_action', 'add_shortcode', 'register_activation_hook', 'register_deactivation_hook', 'wp_schedule_single_event'] as $name) {
    eval("function $name(...\$arguments) {}");
}
function is_wp_error($one) { return $one instanceof WP_Error; }
function get_option($name, $default = false) { return $GLOBALS['store']['options'][$name] ?? $default; }
function update_option($name, $value, $autoload = null) { $GLOBALS['store']['options'][$name] = $value; }
function wp_remote_get($url, $options) { return real_get($url, $options['headers']); }
function wp_remote_retrieve_response_code($answer) { return $answer[0]; }
function wp_remote_retrieve_body($answer) { return $answer[1]; }
function wp_remote_retrieve_header($answer, $name) { return $answer[2][$name] ?? ''; }
function sanitize_text_field($text) { return trim(strip_tags($text)); }
function wp_kses_post($html) { return $html; }
function wp_slash($text) { return addslashes($text); }
function esc_html($text) { return htmlspecialchars($text); }
function esc_url($text) { return htmlspecialchars($text); }
function get_permalink($id) { return "https://website.example/?p=$id"; }
function get_the_title($id) { return $GLOBALS['store']['posts'][$id]['post_title']; }
function get_post_meta($id, $name, $single) { return $GLOBALS['store']['posts'][$id]['meta_input'][$name] ?? ''; }
function get_post_field($name, $id) { return $GLOBALS['store']['posts'][$id][$name]; }
function get_posts($query)
{
    $found = [];
    foreach ($GLOBALS['store']['posts'] as $id => $post) {
        if (!isset($query['meta_key']) || ($post['meta_input'][$query['meta_key']] ?? null) === $query['meta_value']) {
            $found[] = $id;
        }
    }
    return array_slice($found, 0, $query['numberposts']);
}
function wp_insert_post($post, $error = false)
{
    $id = $post['ID'] ?: max([0, ...array_keys($GLOBALS['store']['posts'])]) + 1;
    $post['post_content'] = stripslashes($post['post_content']);
    $GLOBALS['store']['posts'][$id] = $post;
    return $id;
}
function wp_delete_post($id, $force) { unset($GLOBALS['store']['posts'][$id]); }

require "$plugin/thuoc.php";
$state = thuoc_sync();
file_put_contents($file, json_encode($store));
$shown = [];
foreach ($store['posts'] as $post) {
    $shown[$post['meta_input']['_thuoc_id']] = ['title' => $post['post_title'], 'content' => $post['post_content']];
}
$id = array_key_first($shown);
class Request
{
    public function __construct(private string $header, private string $body) {}
    public function get_header($name) { return $name === 'x_thuoc_signature' ? $this->header : null; }
    public function get_body() { return $this->body; }
}
$store['options']['thuoc_secret'] = 'whsec_x';
$at = time();
$good = new Request("t=$at,v1=" . hash_hmac('sha256', "$at.{}", 'whsec_x'), '{}');
$bad = new Request("t=$at,v1=" . hash_hmac('sha256', "$at.{}", 'other'), '{}');
echo json_encode([
    'not_modified' => $state['not_modified'],
    'posts' => (object) $shown,
    'shortcode' => $id === null ? '' : thuoc_shortcode(['id' => $id]),
    'list' => thuoc_list_shortcode(['so' => '5']),
    'hooks' => [thuoc_hook($good) === ['ok' => true], is_wp_error(thuoc_hook($bad))],
]);
